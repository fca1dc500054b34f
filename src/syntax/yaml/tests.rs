mod maps;
mod trees;
