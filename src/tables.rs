//! Hash tables with a quicker hash than the standard library's: most keys are names of a few bytes. It has a random
//! seed for each table, so that nobody can prepare names that fall together.

/// A map from keys to values, in no order.
pub(crate) type Table<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A set of keys, in no order.
pub(crate) type Set<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;
