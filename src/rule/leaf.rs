//! Reads one-line leaves: `path op value`, `path is present`, `path is missing`, `path`, `not path`.
use super::compiled::Op;
use serde_json::Value;

/// A leaf as read, before its facts are looked up.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Leaf {
    Compare { left: String, op: Op, right: Side },
    Present(String),
    Missing(String),
    Holds { path: String, negated: bool },
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Side {
    Path(String),
    Literal(Literal),
    List(Vec<Literal>),
}

/// A value that stands in a rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
}

/// The same value as JSON.
impl From<Literal> for Value {
    fn from(literal: Literal) -> Self {
        match literal {
            Literal::Text(text) => text.into(),
            Literal::Integer(number) => number.into(),
            Literal::Number(number) => number.into(),
            Literal::Boolean(boolean) => boolean.into(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Text(String),
    Open,
    Close,
    Comma,
}

const OPS: [(&str, Op); 9] = [
    ("==", Op::Eq),
    ("!=", Op::Ne),
    ("<", Op::Lt),
    ("<=", Op::Le),
    (">", Op::Gt),
    (">=", Op::Ge),
    ("in", Op::In),
    ("contains", Op::Contains),
    ("starts_with", Op::StartsWith),
];

/// Reads a leaf; the error says what was expected and where, in one clause.
pub(super) fn parse(text: &str) -> Result<Leaf, String> {
    let tokens = tokens(text)?;
    let word = |i: usize| match tokens.get(i) {
        Some(Token::Word(w)) => Some(*w),
        _ => None,
    };
    match (word(0), word(1), word(2), tokens.len()) {
        (_, _, _, 0) => Err("an empty condition".into()),
        (Some("not"), Some(path), _, 2) => Ok(Leaf::Holds { path: path_of(path)?, negated: true }),
        (Some("not"), ..) => Err("`not` on one line takes one boolean fact; write `not: …` for more".into()),
        (Some(path), _, _, 1) => Ok(Leaf::Holds { path: path_of(path)?, negated: false }),
        (Some(path), Some("is"), Some("present"), 3) => Ok(Leaf::Present(path_of(path)?)),
        (Some(path), Some("is"), Some("missing"), 3) => Ok(Leaf::Missing(path_of(path)?)),
        (Some(_), Some("is"), ..) => Err("expected `is present` or `is missing`".into()),
        (Some(path), Some(op), ..) => compare(path, op, &tokens[2..]),
        (Some(_), None, ..) => Err(format!("expected an operator ({}) after the fact", op_names())),
        (None, ..) => Err("expected a fact at the beginning".into()),
    }
}

/// Reads `>= 2`, for `count`.
pub(super) fn parse_count(text: &str) -> Result<(Op, i64), String> {
    let text = text.trim();
    let digits = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let (op, number) = text.split_at(digits);
    let op = op_of(op.trim()).filter(|op| !matches!(op, Op::In | Op::Contains | Op::StartsWith));
    match (op, number.parse::<u32>()) {
        (Some(op), Ok(number)) => Ok((op, i64::from(number))),
        _ => Err(format!("`is: {text}` is not an operator and a number, as in `is: \">= 2\"`")),
    }
}

fn compare(path: &str, op: &str, rest: &[Token]) -> Result<Leaf, String> {
    let Some(known) = op_of(op) else {
        let hint = match op {
            "=" => "; equality is written `==`",
            "and" | "&&" => "; conditions are joined by `all: [ … ]`",
            "or" | "||" => "; alternatives are written `any_of: [ … ]`",
            _ => "",
        };
        return Err(format!(
            "unknown operator `{op}`: there are {}, is present, is missing{hint}",
            op_names()
        ));
    };
    let right = match rest {
        [] => return Err(format!("expected a value or a fact after `{op}`")),
        [one] => side(one)?,
        [Token::Open, inner @ .., Token::Close] => Side::List(list(inner)?),
        [_, Token::Word(word @ ("and" | "or")), ..] => {
            return Err(format!("`{word}` cannot stand in a line: use `all: [ … ]` or `any_of: [ … ]`"));
        }
        [_, ..] => return Err(format!("expected one value after `{op}`; a text with spaces needs quotes")),
    };
    Ok(Leaf::Compare { left: path_of(path)?, op: known, right })
}

fn op_of(text: &str) -> Option<Op> {
    OPS.iter().find(|(name, _)| *name == text).map(|(_, op)| *op)
}

fn op_names() -> String {
    OPS.map(|(name, _)| name).join(" ")
}

fn list(tokens: &[Token]) -> Result<Vec<Literal>, String> {
    let mut literals = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        match (i % 2, token) {
            (1, Token::Comma) => {}
            (0, token) => match side(token)? {
                Side::Literal(literal) => literals.push(literal),
                _ => return Err("a list holds quoted texts, numbers, true or false, not facts".into()),
            },
            _ => return Err("expected a comma between the values of the list".into()),
        }
    }
    if literals.is_empty() {
        return Err("the list is empty".into());
    }
    Ok(literals)
}

fn side(token: &Token) -> Result<Side, String> {
    Ok(match token {
        Token::Text(text) => Side::Literal(Literal::Text(text.clone())),
        Token::Word(word) => match *word {
            "true" => Side::Literal(Literal::Boolean(true)),
            "false" => Side::Literal(Literal::Boolean(false)),
            number if number.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                let as_number = number.parse::<i64>().map(Literal::Integer);
                let as_number = as_number.or_else(|_| number.parse::<f64>().map(Literal::Number));
                Side::Literal(
                    as_number.map_err(|_| format!("`{number}` is not a number; a text needs quotes"))?,
                )
            }
            path => Side::Path(path_of(path)?),
        },
        Token::Open | Token::Close | Token::Comma => return Err("expected a value or a fact".into()),
    })
}

/// A path is names joined by dots.
pub(super) fn path_of(text: &str) -> Result<String, String> {
    let name = |n: &[u8]| {
        n.first().is_some_and(|c| c.is_ascii_alphabetic() || *c == b'_')
            && n.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'_')
    };
    match text.as_bytes().split(|c| *c == b'.').all(name) {
        true => Ok(text.to_owned()),
        false => Err(format!("`{text}` is not the name of a fact: names joined by dots")),
    }
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    // Nearly all are a fact, an operator and a value.
    let mut tokens = Vec::with_capacity(3);
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '[' => tokens.push(Token::Open),
            ']' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            '"' | '\'' => tokens.push(Token::Text(quoted(&mut chars, c)?)),
            c => {
                let mut end = start + c.len_utf8();
                while let Some((at, c)) = chars.next_if(|(_, c)| !c.is_whitespace() && !"[],\"'".contains(*c))
                {
                    end = at + c.len_utf8();
                }
                tokens.push(Token::Word(text.get(start..end).unwrap_or_default()));
            }
        }
    }
    Ok(tokens)
}

fn quoted(chars: &mut impl Iterator<Item = (usize, char)>, quote: char) -> Result<String, String> {
    let mut text = String::new();
    while let Some((_, c)) = chars.next() {
        match c {
            c if c == quote => return Ok(text),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(c @ ('\\' | '"' | '\'')) => text.push(c),
                _ => return Err("after a backslash stands one of \\ \" ' n t".into()),
            },
            c => text.push(c),
        }
    }
    Err(format!("a text is not closed: {quote}{text}"))
}
