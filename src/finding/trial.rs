//! The words of trials: what a fixture is expected to be diagnosed as, against what it is.

/// How an expectation and a judgement go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// Expected, and so.
    Validated,
    /// Expected, and not so.
    Missing,
    /// Fired, or shown, and not expected.
    Noisy,
    /// Could not be told, and that is not expected.
    Unknown,
}

/// One expectation, or one thing that nobody expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How the two go together.
    pub agreement: Agreement,
    /// What is expected or was found: a rule and its subject, an operation, the exit code.
    pub about: String,
    /// What is so instead; empty where all is as expected.
    pub instead: String,
}

/// One fixture with its expectation, tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The folder of the fixture, as it was found.
    pub name: String,
    /// Everything that was compared; none where it could not be tried.
    pub checks: Vec<Check>,
    /// Why it could not be tried: mistakes in the fixture or its expectation, each one sentence.
    pub errors: Vec<String>,
}

impl Trial {
    /// How many of its checks came out like this.
    pub fn count(&self, agreement: Agreement) -> usize {
        self.checks.iter().filter(|c| c.agreement == agreement).count()
    }
}

/// The exit code of trials: 2 where one could not be tried, else 1 where one is not as expected, else 0.
pub fn exit_code(trials: &[Trial]) -> u8 {
    let differs = |t: &Trial| t.checks.iter().any(|c| c.agreement != Agreement::Validated);
    match () {
        () if trials.iter().any(|t| !t.errors.is_empty()) => 2,
        () if trials.iter().any(differs) => 1,
        () => 0,
    }
}
