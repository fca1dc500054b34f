//! Actions: case does not matter, `*` and `?` are wildcards.

use super::{Truth, pattern::Pattern};
use crate::{analysis::request::Caller, policy::Actions};

/// Whether a statement speaks of an action.
pub(super) fn match_action(actions: &Actions, action: &str) -> Truth {
    if actions.missing {
        return Truth::False;
    }
    let named = Truth::any(actions.patterns.iter().map(|p| Pattern::wild(&p.text).matches_ignoring_case(action)));
    if actions.negated { named.not() } else { named }
}

/// Whether such a caller can make that call at all: a federated caller has no `AssumeRole`, and nobody else has the
/// calls that take an assertion or a token.
pub(super) fn can_call(caller: &Caller, action: &str) -> Truth {
    let is = |name: &str| action.eq_ignore_ascii_case(name);
    let can = match caller {
        Caller::Saml(_) => !is("sts:AssumeRole") && !is("sts:AssumeRoleWithWebIdentity"),
        Caller::Oidc(_) => !is("sts:AssumeRole") && !is("sts:AssumeRoleWithSAML"),
        Caller::Root { .. }
        | Caller::User { .. }
        | Caller::Role { .. }
        | Caller::Session { .. }
        | Caller::FederatedUser { .. }
        | Caller::Service(_) => !is("sts:AssumeRoleWithSAML") && !is("sts:AssumeRoleWithWebIdentity"),
    };
    can.into()
}
