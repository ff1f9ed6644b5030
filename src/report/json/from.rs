//! From the shared words to the frozen ones.
use super::*;
use crate::finding;
use crate::report::{DOCTOR, order, text, told};

impl From<&finding::Report> for Report {
    fn from(r: &finding::Report) -> Self {
        Report {
            ok: r.exit_code == 0,
            schema: SCHEMA.to_owned(),
            doctor: DOCTOR.to_owned(),
            taken_at: r.taken_at.clone(),
            exit_code: r.exit_code,
            waited: r.waited.as_ref().map(Waited::from),
            nothing: (r.exit_code == 4).then(|| told::nothing(r)),
            houmao: Houmao {
                version: r.houmao_version.clone(),
                dialect: r.houmao_dialect.clone(),
                known_by: r.houmao_known_by.clone(),
            },
            subjects: r.subjects.iter().map(Subject::from).collect(),
            operations: r.operations.iter().map(Operation::from).collect(),
            layouts: r.layouts.iter().map(Layout::from).collect(),
            findings: order::findings(r).into_iter().map(|f| known(f, r)).collect(),
            suppressed: super::policy::suppressed(r),
            policy: Policy::from(&r.policy),
            outcomes: Outcomes::from(r.outcomes.as_slice()),
            not_looked: r.not_looked.iter().map(NotLooked::from).collect(),
            limits_hit: r.limits_hit.iter().map(NotLooked::from).collect(),
        }
    }
}

/// A finding, with whether the baseline has it.
fn known(f: &finding::Finding, r: &finding::Report) -> Finding {
    Finding { in_baseline: r.policy.knows(&f.fingerprint), ..Finding::from(f) }
}

impl From<&finding::Subject> for Subject {
    fn from(s: &finding::Subject) -> Self {
        let kind = match s.kind {
            finding::SubjectKind::Host => SubjectKind::Host,
            finding::SubjectKind::Session => SubjectKind::Session,
            finding::SubjectKind::Window => SubjectKind::Window,
            finding::SubjectKind::Record => SubjectKind::Record,
        };
        Subject { id: s.id.clone(), kind, name: s.name.clone(), details: s.details.iter().cloned().collect() }
    }
}

impl From<&finding::Operation> for Operation {
    fn from(o: &finding::Operation) -> Self {
        Operation {
            operation: o.operation.clone(),
            selector: o.selector.clone(),
            subject: o.subject.clone(),
            houmao: o.houmao.clone(),
            argv: o.argv.clone(),
            verdict: OperationVerdict::from(o.verdict),
            exit_code: o.exit_code,
            error: o.error.clone(),
            decided_by: o.decided_by.clone(),
            hidden_error: o.hidden_error.clone(),
            missing: o.missing.clone(),
            by_chance: o.by_chance,
            steps: o.steps.iter().map(Step::from).collect(),
            effects: o.effects.iter().map(OperationEffect::from).collect(),
        }
    }
}

impl From<finding::OperationVerdict> for OperationVerdict {
    fn from(v: finding::OperationVerdict) -> Self {
        match v {
            finding::OperationVerdict::WillWork => OperationVerdict::WillWork,
            finding::OperationVerdict::WillWorkByFallback => OperationVerdict::WillWorkByFallback,
            finding::OperationVerdict::WillFail => OperationVerdict::WillFail,
            finding::OperationVerdict::WouldHarm => OperationVerdict::WouldHarm,
            finding::OperationVerdict::CannotTell => OperationVerdict::CannotTell,
        }
    }
}

impl From<&finding::Step> for Step {
    fn from(s: &finding::Step) -> Self {
        let outcome = match s.outcome {
            finding::StepOutcome::Ok => StepOutcome::Ok,
            finding::StepOutcome::Failed => StepOutcome::Failed,
            finding::StepOutcome::FellThrough => StepOutcome::FellThrough,
            finding::StepOutcome::NotReached => StepOutcome::NotReached,
            finding::StepOutcome::Unknown => StepOutcome::Unknown,
        };
        Step {
            id: s.id.clone(),
            title: s.title.clone(),
            outcome,
            read: s.read.clone(),
            source: s.source.clone(),
            said: s.said.clone(),
        }
    }
}

impl From<&finding::OperationEffect> for OperationEffect {
    fn from(e: &finding::OperationEffect) -> Self {
        let kind = match e.kind {
            finding::EffectKind::KillsWindow => EffectKind::KillsWindow,
            finding::EffectKind::SignalsProcess => EffectKind::SignalsProcess,
            finding::EffectKind::UnsetsEnv => EffectKind::UnsetsEnv,
            finding::EffectKind::CopiesEnv => EffectKind::CopiesEnv,
            finding::EffectKind::RewritesFile => EffectKind::RewritesFile,
            finding::EffectKind::PublishesRecord => EffectKind::PublishesRecord,
            finding::EffectKind::MovesFocus => EffectKind::MovesFocus,
        };
        OperationEffect { kind, target: e.target.clone(), detail: e.detail.clone(), harm: e.harm }
    }
}

impl From<finding::Severity> for Severity {
    fn from(s: finding::Severity) -> Self {
        match s {
            finding::Severity::Danger => Severity::Danger,
            finding::Severity::Error => Severity::Error,
            finding::Severity::Warning => Severity::Warning,
            finding::Severity::Info => Severity::Info,
        }
    }
}

impl From<&finding::Finding> for Finding {
    fn from(f: &finding::Finding) -> Self {
        Finding {
            rule: f.rule.clone(),
            severity: f.severity.into(),
            subject: f.subject.clone(),
            title: f.title.clone(),
            message: f.message.trim_end().to_owned(),
            why: f.why.trim_end().to_owned(),
            confirm: f.confirm.clone(),
            evidence: f.evidence.iter().map(Evidence::from).collect(),
            caused_by: f.caused_by.clone(),
            echoes: f.echoes.clone(),
            remedies: f.remedies.iter().map(Remedy::from).collect(),
            do_not: f.do_not.iter().map(DoNot::from).collect(),
            references: f.references.clone(),
            fingerprint: f.fingerprint.clone(),
            in_baseline: false,
        }
    }
}

impl From<&finding::Evidence> for Evidence {
    fn from(e: &finding::Evidence) -> Self {
        Evidence {
            fact: e.fact.clone(),
            observed: e.observed.clone(),
            expected: e.expected.clone(),
            source: e.source.clone(),
        }
    }
}

impl From<&finding::Remedy> for Remedy {
    fn from(r: &finding::Remedy) -> Self {
        let effect = match r.effect {
            finding::Effect::ReadOnly => Effect::ReadOnly,
            finding::Effect::Mutates => Effect::Mutates,
            finding::Effect::RestartsAgent => Effect::RestartsAgent,
            finding::Effect::Destructive => Effect::Destructive,
        };
        Remedy {
            title: r.title.clone(),
            argv: r.argv.clone(),
            command: command(&r.argv),
            effect,
            loses: r.loses.clone(),
            applies_because: r.applies_because.clone(),
            verify: r.verify.clone(),
            instead: r.instead,
        }
    }
}

impl From<&finding::DoNot> for DoNot {
    fn from(d: &finding::DoNot) -> Self {
        DoNot {
            argv: d.argv.clone(),
            command: command(&d.argv),
            because: d.because.clone(),
            unsure: d.unsure,
        }
    }
}

/// The command for a shell, where there is one.
fn command(argv: &[String]) -> Option<String> {
    (!argv.is_empty()).then(|| text::command(argv, false))
}

impl From<&[finding::Outcome]> for Outcomes {
    fn from(all: &[finding::Outcome]) -> Self {
        let mut counts = Counts::default();
        let list = all.iter().map(|o| Outcome::counted(o, &mut counts)).collect();
        Outcomes { counts, list }
    }
}

impl Outcome {
    /// One entry of the list, counted as it is made, so that the counts cannot disagree with the list.
    fn counted(o: &finding::Outcome, counts: &mut Counts) -> Self {
        let (outcome, counter, missing, detail) = match &o.verdict {
            finding::Verdict::Fired { .. } => (OutcomeKind::Fired, &mut counts.fired, Vec::new(), None),
            finding::Verdict::Suppressed { .. } => {
                (OutcomeKind::Suppressed, &mut counts.suppressed, Vec::new(), None)
            }
            finding::Verdict::Passed => (OutcomeKind::Passed, &mut counts.passed, Vec::new(), None),
            finding::Verdict::NotApplicable => {
                (OutcomeKind::NotApplicable, &mut counts.not_applicable, Vec::new(), None)
            }
            finding::Verdict::Unknown { missing } => {
                (OutcomeKind::Unknown, &mut counts.unknown, missing.clone(), None)
            }
            finding::Verdict::Error { detail } => {
                (OutcomeKind::Error, &mut counts.error, Vec::new(), Some(detail.clone()))
            }
        };
        *counter += 1;
        Outcome { rule: o.rule.clone(), subject: o.subject.clone(), outcome, missing, detail }
    }
}

impl From<&finding::NotLooked> for NotLooked {
    fn from(n: &finding::NotLooked) -> Self {
        NotLooked { what: n.what.clone(), why: n.why.clone() }
    }
}
