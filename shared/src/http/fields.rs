//! Reading a JSON object field by field, so that one answer names everything that is wrong with it.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::problem::{FieldError, Problem};
use crate::id::{ClientId, MediaId, MessageId, Seq, UserId};
use crate::policy::Role;

/// Why a value is not what its field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Where inside the value: empty, or `[3]` for an item of a list.
    at: String,
    code: &'static str,
    message: String,
    max: Option<u64>,
}

impl Invalid {
    /// A value that breaks a rule.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { at: String::new(), code, message: message.into(), max: None }
    }

    /// A value beyond a limit; `unit` in the plural.
    #[must_use]
    pub fn too_many(code: &'static str, max: usize, unit: &str) -> Self {
        let message = format!("must be at most {max} {unit}");
        Self { max: u64::try_from(max).ok(), ..Self::new(code, message) }
    }

    /// A number beyond the largest there can be.
    #[must_use]
    pub fn too_large(max: i64) -> Self {
        Self { max: u64::try_from(max).ok(), ..Self::new("too_large", format!("must be at most {max}")) }
    }

    /// A value of another JSON type.
    #[must_use]
    pub fn wrong_type(expected: &str) -> Self {
        Self::new("wrong_type", format!("must be {expected}"))
    }

    /// A picture that is none, or not the caller's, or not ready.
    #[must_use]
    pub fn no_picture() -> Self {
        Self::new("unknown_media", "is no picture of yours that is ready")
    }

    /// A new password that is little more than names which everybody knows.
    #[must_use]
    pub fn made_of_names() -> Self {
        Self::new("too_predictable", "must be more than your own names or the name of the service")
    }

    /// The same, further inside the value: `.latitude`, or `[3]`.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        Self { at: format!("{place}{}", self.at), ..self }
    }

    /// As the error of this field.
    #[must_use]
    pub fn into_error(self, field: &str) -> FieldError {
        FieldError {
            field: format!("{field}{}", self.at),
            code: self.code,
            message: self.message,
            max: self.max,
        }
    }
}

/// A domain type that is parsed from JSON at the edge.
pub trait Parse: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// The first rule it breaks.
    fn parse(value: &Value) -> Result<Self, Invalid>;
}

/// What is to become of something that may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays.
    Keep,
    /// It becomes empty.
    Clear,
    /// It becomes this.
    Set(T),
}

/// The fields of a request's body.
#[derive(Debug)]
pub struct Fields {
    object: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// The fields of an object that somebody sent.
    #[must_use]
    pub fn new(object: Map<String, Value>) -> Self {
        Self { object, errors: Vec::new() }
    }

    /// Whether the request says nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.object.is_empty()
    }

    /// A field that must be there. `None` when it is wrong, which [`Self::finish`] then tells.
    pub fn required<T: Parse>(&mut self, field: &'static str) -> Option<T> {
        match self.object.remove(field) {
            Some(value) => self.parse(field, &value),
            None => self.wrong(field, Invalid::new("required", "is required")),
        }
    }

    /// A field that may be left out or `null`.
    pub fn optional<T: Parse>(&mut self, field: &'static str) -> Option<T> {
        match self.object.remove(field) {
            Some(Value::Null) | None => None,
            Some(value) => self.parse(field, &value),
        }
    }

    /// A field that may be left out, to keep what is, or `null`, to clear it.
    pub fn change<T: Parse>(&mut self, field: &'static str) -> Change<T> {
        match self.object.remove(field) {
            None => Change::Keep,
            Some(Value::Null) => Change::Clear,
            Some(value) => self.parse(field, &value).map_or(Change::Keep, Change::Set),
        }
    }

    /// Notes that a field is wrong; `None`, in the place of its value.
    pub fn wrong<T>(&mut self, field: &str, invalid: Invalid) -> Option<T> {
        self.errors.push(invalid.into_error(field));
        None
    }

    /// The request made of the fields, if every one was right and none was left over.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] with everything that is wrong.
    pub fn finish<T>(mut self, request: impl FnOnce() -> Option<T>) -> Result<T, Problem> {
        // Enough of them, and of each, to see what went wrong: a name may be as long as a body.
        let unknown: Vec<String> =
            self.object.keys().take(20).map(|field| field.chars().take(64).collect()).collect();
        for field in unknown {
            self.wrong::<()>(&field, Invalid::new("unknown_field", "is not a field of this request"));
        }
        if !self.errors.is_empty() {
            return Err(Problem::InvalidRequest(self.errors));
        }
        request().ok_or_else(|| Problem::Internal("a field was wrong but not noted".to_owned()))
    }

    fn parse<T: Parse>(&mut self, field: &'static str, value: &Value) -> Option<T> {
        T::parse(value).or_else(|invalid| self.wrong(field, invalid).ok_or(())).ok()
    }
}

impl Parse for String {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        value.as_str().map(str::to_owned).ok_or_else(|| Invalid::wrong_type("a string"))
    }
}

impl Parse for Uuid {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        parse_uuid(text).ok_or_else(|| Invalid::new("invalid_format", "must be a UUID"))
    }
}

/// A UUID in its canonical form only: the other spellings that parsers know would give one thing many names.
pub(super) fn parse_uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

impl Parse for bool {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        value.as_bool().ok_or_else(|| Invalid::wrong_type("true or false"))
    }
}

impl Parse for OffsetDateTime {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| Invalid::new("invalid_format", "must be a time of RFC 3339"))
    }
}

impl Parse for i64 {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        value.as_i64().ok_or_else(|| Invalid::wrong_type("a whole number"))
    }
}

impl Parse for MessageId {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        Uuid::parse(value).map(Self)
    }
}

impl Parse for MediaId {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        Uuid::parse(value).map(Self)
    }
}

impl Parse for Role {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        Self::named(name)
            .ok_or_else(|| Invalid::new("invalid_value", "must be user, moderator, admin or auditor"))
    }
}

impl Parse for Seq {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        whole_number(value, 0, i64::MAX).map(Self)
    }
}

/// A whole number from `min` to `max`.
///
/// # Errors
/// What it is instead.
pub fn whole_number(value: &Value, min: i64, max: i64) -> Result<i64, Invalid> {
    let number = value.as_i64().ok_or_else(|| Invalid::wrong_type("a whole number"))?;
    if number < min {
        return Err(Invalid::new("invalid_value", format!("must be at least {min}")));
    }
    if number > max {
        return Err(Invalid::too_large(max));
    }
    Ok(number)
}

impl Parse for ClientId {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        Uuid::parse(value).map(Self)
    }
}

impl Parse for UserId {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        Uuid::parse(value).map(Self)
    }
}

impl<T: Parse> Parse for Vec<T> {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let items = value.as_array().ok_or_else(|| Invalid::wrong_type("a list"))?;
        let parse = |(index, item)| T::parse(item).map_err(|invalid| invalid.within(&format!("[{index}]")));
        items.iter().enumerate().map(parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::Fields;
    use crate::http::Problem;

    fn fields(value: Value) -> Fields {
        let Value::Object(object) = value else { panic!("not an object") };
        Fields::new(object)
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let mut fields = fields(json!({"one": 1, "many": [Uuid::nil(), "x"], "role": "admin"}));
        let one: Option<Uuid> = fields.required("one");
        let many: Option<Vec<Uuid>> = fields.required("many");
        let gone: Option<Uuid> = fields.required("gone");
        let Err(Problem::InvalidRequest(errors)) = fields.finish(|| Some((one?, many?, gone?))) else {
            panic!("accepted")
        };
        let told: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(
            told,
            [
                ("one", "wrong_type"),
                ("many[1]", "invalid_format"),
                ("gone", "required"),
                ("role", "unknown_field"),
            ]
        );
    }

    #[test]
    fn null_is_as_good_as_left_out_where_a_field_is_optional() {
        let mut fields = fields(json!({"a": null}));
        let a: Option<Uuid> = fields.optional("a");
        let b: Option<Uuid> = fields.optional("b");
        assert_eq!(fields.finish(|| Some((a, b))).unwrap(), (None, None));
    }
}
