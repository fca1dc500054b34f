use super::{Exit, Fail, args::ExplainArgs, output};
use crate::{report::reflow, rules};

/// Shows a rule's documentation.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Fail> {
    let rule = rules::find(&args.rule).ok_or_else(|| unknown_rule("explain", &args.rule))?;
    let text = rules::text(rule);
    output::text(&output::prose_width().map_or_else(|| text.clone(), |width| reflow(&text, width)))?;
    Ok(Exit::Clean)
}

pub(super) fn unknown_rule(option: &str, name: &str) -> Fail {
    let hint = match rules::nearest(name) {
        Some(near) => format!("did you mean `{}`?", near.name),
        None => "`iac-trust-lint rules` lists them".to_owned(),
    };
    Fail::Usage(format!("`{option} {name}`: there is no such rule; {hint}"))
}
