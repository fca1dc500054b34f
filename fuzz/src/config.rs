//! Any text is read as a config without a panic; a mistake names a line of it; what is read can be asked.

use std::path::Path;

use iac_trust_lint::{
    config::{AccountId, Config, ConfigError, Date, Effective, Subject, Trust},
    finding::Baseline,
};

const ADDRESSES: [(&str, &str); 3] =
    [("main.tf", "aws_iam_role.ci"), ("envs/prod/a b.tf", "module.m[\"x\"].aws_iam_role.r[0]"), ("t.yaml", "Parent/R")];

pub fn run(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let line = text.lines().next().unwrap_or("");
    let _ = (line.parse::<Trust>(), line.parse::<AccountId>(), line.parse::<Date>());
    if let Ok(baseline) = Baseline::parse(text) {
        assert!(baseline.to_json().is_ok_and(|again| Baseline::parse(&again).is_ok()));
    }
    match Config::parse("c.yaml", text) {
        Ok(config) => ask(config),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            if let ConfigError::Mistake { line, column, .. } = error {
                assert!(line >= 1 && column >= 1 && line <= text.split(['\n', '\r']).count() + 1, "{line}:{column}");
            }
        }
    }
}

fn ask(config: Config) {
    let Ok(now) = "2026-11-21".parse() else { return };
    let config = Effective { config, folder: "/r".into(), now };
    for (file, address) in ADDRESSES {
        let path = Path::new("/r").join(file);
        let subject = Subject { file: &path, root: path.parent() };
        let _ = config.zone(subject, Some("ci-deploy"), address);
        let _ = (config.level("public-trust", subject), config.excludes(&path));
    }
    let _ = (config.zone_configured(), config.expired());
}
