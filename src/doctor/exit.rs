//! The exit code of a report, computed once for all formats.
use crate::finding::{Finding, Operation, OperationVerdict, Outcome, Policy, Severity, Verdict};

/// There was nothing to examine.
pub const NOTHING: u8 = 4;

/// 2 when a rule could not be evaluated; else 1 when a finding, or the verdict on `asked` (the operation that the
/// operator asked about), is at or above `fail_on`; else 3 when something that was needed could not be seen, tmux (which
/// tells what there is) above all; else 4 when there was nothing to examine; else 0. What is suppressed is no finding, and
/// what was in the baseline does not count.
pub fn exit_code(
    outcomes: &[Outcome],
    asked: &[Operation],
    tmux_answered: bool,
    examined: bool,
    fail_on: Severity,
    policy: &Policy,
) -> u8 {
    let any = |test: &dyn Fn(&Verdict) -> bool| outcomes.iter().any(|o| test(&o.verdict));
    let counts = |f: &Finding| f.severity >= fail_on && !policy.knows(&f.fingerprint);
    let fired = any(&|v| matches!(v, Verdict::Fired { finding } if counts(finding)));
    let fails = asked.iter().filter_map(|o| o.verdict.severity()).any(|s| s >= fail_on);
    let unseen = !tmux_answered
        || any(&|v| matches!(v, Verdict::Unknown { .. }))
        || asked.iter().any(|o| o.verdict == OperationVerdict::CannotTell);
    match () {
        () if any(&|v| matches!(v, Verdict::Error { .. })) => 2,
        () if fired || fails => 1,
        () if unseen => 3,
        () if !examined && asked.is_empty() => NOTHING,
        () => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(verdict: Verdict) -> Outcome {
        Outcome { rule: "r".into(), subject: "host".into(), verdict }
    }

    fn fired(severity: Severity) -> Outcome {
        let finding = Finding {
            rule: "r".into(),
            severity,
            subject: "host".into(),
            title: String::new(),
            message: String::new(),
            why: String::new(),
            confirm: vec![],
            evidence: vec![],
            caused_by: vec![],
            echoes: vec![],
            remedies: vec![],
            do_not: vec![],
            references: vec![],
            fingerprint: String::new(),
        };
        outcome(Verdict::Fired { finding: Box::new(finding) })
    }

    fn operation(verdict: OperationVerdict) -> Operation {
        Operation {
            operation: "attach".into(),
            selector: String::new(),
            subject: None,
            houmao: String::new(),
            argv: vec![],
            verdict,
            exit_code: None,
            error: None,
            decided_by: String::new(),
            hidden_error: None,
            missing: vec![],
            by_chance: false,
            steps: vec![],
            effects: vec![],
        }
    }

    #[test]
    fn the_worst_wins_in_the_documented_order() {
        let unknown = outcome(Verdict::Unknown { missing: vec![] });
        let error = outcome(Verdict::Error { detail: String::new() });
        let (bad, mild) = (fired(Severity::Error), fired(Severity::Warning));
        let code = |outcomes: &[&Outcome], examined| {
            let outcomes: Vec<Outcome> = outcomes.iter().map(|o| (*o).clone()).collect();
            exit_code(&outcomes, &[], true, examined, Severity::Error, &Policy::default())
        };
        assert_eq!(code(&[&error, &bad, &unknown], false), 2);
        assert_eq!(code(&[&bad, &unknown], false), 1);
        assert_eq!(code(&[&mild, &unknown], false), 3);
        assert_eq!(code(&[&mild], false), 4);
        assert_eq!(code(&[&mild], true), 0);
        assert_eq!(code(&[], true), 0);
    }

    #[test]
    fn what_was_asked_counts_as_what_was_found() {
        use OperationVerdict::*;
        let code = |v, fail_on| exit_code(&[], &[operation(v)], true, true, fail_on, &Policy::default());
        assert_eq!(code(WouldHarm, Severity::Danger), 1);
        assert_eq!(code(WillFail, Severity::Danger), 0);
        assert_eq!(code(WillFail, Severity::Error), 1);
        assert_eq!(code(WillWorkByFallback, Severity::Error), 0);
        assert_eq!(code(WillWorkByFallback, Severity::Warning), 1);
        assert_eq!(code(WillWork, Severity::Info), 0);
        assert_eq!(code(CannotTell, Severity::Info), 3);
    }
}
