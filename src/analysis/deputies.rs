//! Services that can be confused deputies for roles, and that say on whose behalf they act.

use std::sync::LazyLock;

use crate::tables::Table;

/// The key by which a service says on whose behalf it assumes a role; `None` for services that are not known to say so.
/// `service` is a service principal such as `codebuild.amazonaws.com`, also with a region in it.
pub fn source_key(service: &str) -> Option<&'static str> {
    let service = service.to_ascii_lowercase();
    let name = service.strip_suffix(".cn").unwrap_or(&service).strip_suffix(".amazonaws.com")?;
    let name = name.split('.').next().unwrap_or(name);
    TABLE.get(name).copied()
}

/// Keys by the names of services.
static TABLE: LazyLock<Table<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("data/confused_deputies.tsv").lines().filter(|l| !l.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_services_in_every_form() {
        assert_eq!(source_key("codebuild.amazonaws.com"), Some("aws:SourceAccount"));
        assert_eq!(source_key("states.eu-west-1.amazonaws.com"), Some("aws:SourceAccount"));
        assert_eq!(source_key("ecs-tasks.amazonaws.com.cn"), Some("aws:SourceAccount"));
        assert_eq!(source_key("vpc-flow-logs.amazonaws.com"), Some("aws:SourceAccount"));
        for silent in ["ec2.amazonaws.com", "lambda.amazonaws.com", "pods.eks.amazonaws.com", "codebuild", ""] {
            assert_eq!(source_key(silent), None, "{silent}");
        }
    }
}
