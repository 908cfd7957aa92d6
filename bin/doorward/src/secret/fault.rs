//! A fault of a place, as a command tells it.

use secret_source::SourceFault;

use crate::answer::Fault;

/// The fault about `what`, with what to do.
pub(crate) fn about(what: &str, fault: &SourceFault) -> Fault {
    let fix = match fault {
        SourceFault::Unreachable(_) => {
            "see that it runs and that this machine may speak to it; nothing starts without its keys"
        }
        SourceFault::Denied(_) => {
            "check the credential and its rights; without the key nothing that it protects opens"
        }
        SourceFault::Missing(_) => {
            "check the name, or restore it from where you keep it; without it nothing that it protects opens"
        }
        SourceFault::Exposed(_) => {
            "make it readable by its owner alone, and make a new one if somebody may have read it"
        }
        _ => {
            "put there what is asked for; docs/operations/secret-sources.md says what each source gives"
        }
    };
    Fault::new(format!("{what} cannot be had: {fault}"), fix)
}

/// The place is not part of this program.
#[cfg_attr(
    all(
        feature = "vault",
        feature = "aws",
        feature = "azure",
        feature = "gcp",
        feature = "pkcs11"
    ),
    expect(dead_code, reason = "every place is built in")
)]
pub(super) fn not_built(feature: &str) -> SourceFault {
    SourceFault::Malformed(format!(
        "this program was built without it: build it with the feature {feature}"
    ))
}
