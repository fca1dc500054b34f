mod maps;
mod quick;
mod trees;
