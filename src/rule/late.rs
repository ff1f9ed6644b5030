//! What is compiled only when it is asked for: of the built-in rules, what they say when they fire, and the commands.
//!
//! Most rules never fire. Compiling all that every rule could say took longer than asking tmux.
use super::catalogue::Catalogue;
use super::words::Mistake;
use std::sync::{Arc, OnceLock};

/// Something built in, with what it is compiled with.
#[derive(Debug, Clone)]
pub(super) struct Embedded {
    /// The file that it was written in, or, of a command, the name in it.
    pub name: &'static str,
    pub json: &'static str,
    pub catalogue: Arc<Catalogue>,
}

/// How something built in is compiled.
pub(super) type Compile<T> = fn(&Embedded) -> Result<T, Vec<Mistake>>;

/// Compiled already, or as soon as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Late<T> {
    made: OnceLock<Result<Box<T>, Vec<Mistake>>>,
    from: Option<(Embedded, Compile<T>)>,
}

impl<T> Late<T> {
    /// What is compiled already.
    pub fn made(it: T) -> Self {
        Late { made: OnceLock::from(Ok(Box::new(it))), from: None }
    }

    /// What is compiled when it is asked for.
    pub fn from(embedded: Embedded, compile: Compile<T>) -> Self {
        Late { made: OnceLock::new(), from: Some((embedded, compile)) }
    }

    /// The thing itself.
    ///
    /// # Errors
    /// What is wrong with something built in; a test compiles all of it, so that nothing is in a release.
    pub fn get(&self) -> Result<&T, &[Mistake]> {
        let made = self.made.get_or_init(|| match &self.from {
            Some((embedded, compile)) => compile(embedded).map(Box::new),
            None => Err(Vec::new()),
        });
        made.as_deref().map_err(Vec::as_slice)
    }

    /// The same, to keep.
    pub fn take(self) -> Result<T, Vec<Mistake>> {
        match (self.made.into_inner(), self.from) {
            (Some(made), _) => made.map(|it| *it),
            (None, Some((embedded, compile))) => compile(&embedded),
            (None, None) => Err(Vec::new()),
        }
    }
}

/// Two are the same if they come to the same, whenever they are compiled.
impl<T: PartialEq> PartialEq for Late<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}
