//! Which kinds an operator can stand between.
use super::catalogue::Kind;
use super::check::Wrong;
use super::compiled::Op;
use super::leaf::Literal;
use super::words::suggest;

/// What kind a literal is.
pub(super) fn kind_of(literal: &Literal) -> Kind {
    match literal {
        Literal::Text(_) => Kind::Text,
        Literal::Integer(_) => Kind::Integer,
        Literal::Number(_) => Kind::Number,
        Literal::Boolean(_) => Kind::Boolean,
    }
}

/// Whether an operator can stand between two kinds.
pub(super) fn fits(text: &str, left: &Kind, op: Op, right: &Kind) -> Result<(), Wrong> {
    if matches!((left, right), (Kind::Trusted, _) | (_, Kind::Trusted)) {
        return Ok(());
    }
    let compares = || Err((format!("`{text}` compares {} with {}", left.words(), right.words()), None));
    match op {
        Op::Eq | Op::Ne if left.comparable(right) => Ok(()),
        Op::Eq | Op::Ne => match left {
            Kind::List(_) => Err((
                format!("`{text}`: `{}` cannot compare {}", op.word(), left.words()),
                Some("use `contains`, or a quantifier".into()),
            )),
            _ => compares(),
        },
        Op::Lt | Op::Le | Op::Gt | Op::Ge if left.is_numeric() && right.is_numeric() => Ok(()),
        Op::Lt | Op::Le | Op::Gt | Op::Ge => Err((
            format!(
                "`{text}`: `{}` compares numbers, not {} with {}",
                op.word(),
                left.words(),
                right.words()
            ),
            None,
        )),
        Op::In => match right {
            Kind::List(element) if left.comparable(element) => Ok(()),
            Kind::List(_) => compares(),
            _ => Err((format!("`{text}`: after `in` stands a list, not {}", right.words()), None)),
        },
        Op::Contains => match left {
            Kind::List(element) if element.comparable(right) => Ok(()),
            Kind::List(_) => compares(),
            left if left.is_text() && right.is_text() => Ok(()),
            _ => Err((
                format!("`{text}`: `contains` needs a text or a list on its left, not {}", left.words()),
                None,
            )),
        },
        Op::StartsWith if left.is_text() && right.is_text() => Ok(()),
        Op::StartsWith => Err((
            format!("`{text}`: `starts_with` compares texts, not {} with {}", left.words(), right.words()),
            None,
        )),
    }
}

/// A fact that has a closed set of words is compared with one of them.
pub(super) fn legal_word(left: &Kind, op: Op, literal: &Literal) -> Result<(), Wrong> {
    let words = match (left, op) {
        (Kind::Choice(words), Op::Eq | Op::Ne) => words,
        (Kind::List(element), Op::Contains) => match &**element {
            Kind::Choice(words) => words,
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    match literal {
        Literal::Text(word) if !words.contains(word) => Err((
            format!("\"{word}\" is never a value of it"),
            suggest(word, words.iter().map(String::as_str)),
        )),
        _ => Ok(()),
    }
}
