//! A place on Earth.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::{Invalid, Parse};
use crate::text::{PlaceAddress, PlaceName};

/// A place on Earth (WGS 84), as a message of type `location` says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
    /// How far it may be off, in metres.
    pub accuracy_m: Option<f64>,
    /// What the place is called.
    pub name: Option<String>,
    /// Where it is, in words.
    pub address: Option<String>,
}

impl Parse for Location {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let place = value.as_object().ok_or_else(|| Invalid::wrong_type("an object"))?;
        let known = ["latitude", "longitude", "accuracy_m", "name", "address"];
        if place.keys().any(|name| !known.contains(&name.as_str())) {
            let rule = format!("must have no other fields than {}", known.join(", "));
            return Err(Invalid::new("unknown_field", rule));
        }
        let required = |name| {
            let missing = || Invalid::new("required", "is required").within(&format!(".{name}"));
            place.get(name).ok_or_else(missing)
        };
        Ok(Self {
            latitude: within("latitude", required("latitude")?, -90.0, 90.0)?,
            longitude: within("longitude", required("longitude")?, -180.0, 180.0)?,
            accuracy_m: optional(place, "accuracy_m", |value| {
                // Half-way round the Earth: further off nobody can be.
                within("accuracy_m", value, 0.0, 20_037_509.0)
            })?,
            name: optional(place, "name", |value| {
                PlaceName::parse(value).map(|name| name.0).map_err(|invalid| invalid.within(".name"))
            })?,
            address: optional(place, "address", |value| {
                PlaceAddress::parse(value).map(|text| text.0).map_err(|invalid| invalid.within(".address"))
            })?,
        })
    }
}

fn within(name: &str, value: &Value, low: f64, high: f64) -> Result<f64, Invalid> {
    let at = format!(".{name}");
    let number = value.as_f64().ok_or_else(|| Invalid::wrong_type("a number").within(&at))?;
    if (low..=high).contains(&number) {
        Ok(number)
    } else {
        let rule = format!("must be from {low} to {high}");
        Err(Invalid::new("invalid_value", rule).within(&at))
    }
}

fn optional<T>(
    place: &Map<String, Value>,
    name: &str,
    parse: impl FnOnce(&Value) -> Result<T, Invalid>,
) -> Result<Option<T>, Invalid> {
    place.get(name).filter(|value| !value.is_null()).map(parse).transpose()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::Location;
    use crate::http::Parse;

    proptest! {
        #[test]
        fn a_place_on_earth_comes_back_as_it_was(latitude in -90.0..=90.0, longitude in -180.0..=180.0) {
            let place = Location::parse(&json!({"latitude": latitude, "longitude": longitude})).unwrap();
            let written = serde_json::to_vec(&place).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Location>(&written).unwrap(), place);
        }

        #[test]
        fn no_other_number_is_a_place(latitude in prop::num::f64::ANY, longitude in prop::num::f64::ANY) {
            let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
            let place = Location::parse(&json!({"latitude": latitude, "longitude": longitude}));
            prop_assert_eq!(place.is_ok(), on_earth);
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for bad in [
            json!({"latitude": 91, "longitude": 0}),
            json!({"latitude": 0, "longitude": -180.1}),
            json!({"latitude": "0", "longitude": 0}),
            json!({"latitude": 0}),
            json!({"latitude": 0, "longitude": 0, "accuracy_m": -1}),
            json!({"latitude": 0, "longitude": 0, "name": "\0"}),
            json!({"latitude": 0, "longitude": 0, "address": "x".repeat(501)}),
            json!({"latitude": 0, "longitude": 0, "altitude": 0}),
            json!([0, 0]),
        ] {
            assert!(Location::parse(&bad).is_err(), "{bad}");
        }
        let whole =
            json!({"latitude": -90, "longitude": 180, "accuracy_m": 0, "name": null, "address": "Pole"});
        assert!(Location::parse(&whole).is_ok());
    }
}
