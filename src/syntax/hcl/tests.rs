mod files;
mod outline;
mod texts;
