mod files;
mod holes;
