//! Rules: as written, as checked and compiled; all mistakes of all files reported together.
//!
//! [`written`] holds the YAML types, [`Catalogue`] what can be asked, the `check_*` files turn the one into the compiled
//! [`RuleSet`] by means of the other. The engine sees only compiled rules, so no rule can fail there by a wrong name or
//! kind.
mod catalogue;
mod cause;
mod check;
mod check_command;
mod check_condition;
mod check_head;
mod check_links;
mod check_reads;
mod check_rule;
mod compiled;
mod condition;
mod embedded;
mod keys;
mod kinds;
mod late;
mod leaf;
mod load;
mod locate;
mod mend;
mod mutant;
mod structure;
mod style;
mod template;
mod words;
pub mod written;

pub use catalogue::{Catalogue, FactInfo};
pub(crate) use check::Notes;
pub(crate) use check_reads::READS;
pub use compiled::{Command, Rule, RuleSet};
pub(crate) use compiled::{
    Condition, DoNot, FactPath, Forbidden, Form, Op, Operand, Part, Quantified, Read, Remedy, Step, Template,
    Told,
};
pub use condition::{Condition as WrittenCondition, Quantifier};
pub use embedded::{load_embedded, load_embedded_at_need};
pub(crate) use load::{OWN, files_of, read_text};
pub use load::{load_files, load_texts};
pub use mutant::Mutant;
pub(crate) use structure::{Text, mistake as shape_mistake, read as read_strictly};
pub use style::{style_of, style_of_built_in};
pub(crate) use words::suggest;
pub use words::{Dialect, Mistake, Operation, ScopeKind, Version};
