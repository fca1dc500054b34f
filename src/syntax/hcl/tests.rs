mod files;
mod texts;
