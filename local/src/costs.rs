//! `cargo run -- costs`: what a deployment costs, from one dated list of prices and what a message takes (docs/costs/).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use serde::{Deserialize, Serialize};

use crate::{Failure, place::Place};

/// Bytes of a gigabyte of Lambda's memory, in megabytes.
const MEGABYTES: f64 = 1024.0;

/// How the model's database that is asleep is awake.
const ASLEEP: &str = "six and a half minutes a day";

/// `docs/costs/model.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    prices: Prices,
    message: Vec<Step>,
    connected: Vec<Step>,
    /// Whichever environment it is, and besides in each.
    idle: Vec<Step>,
    dev: Vec<Step>,
    awake: Vec<Step>,
    prod: Vec<Step>,
    database: BTreeMap<String, Meters>,
}

#[derive(Debug, Deserialize)]
struct Prices {
    date: String,
    region: String,
    #[serde(flatten)]
    of: BTreeMap<String, Price>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    unit: String,
    dollars: f64,
    per: f64,
}

/// How much of each thing that is charged for, by its name.
pub type Meters = BTreeMap<String, f64>;

/// What a million messages cost.
#[derive(Clone, Debug, Serialize)]
pub struct MillionMessages {
    /// The day of the prices.
    pub date: String,
    /// Where they hold.
    pub region: String,
    /// US dollars.
    pub dollars: f64,
}

/// A part of what happens, and what one time of it takes.
#[derive(Debug, Deserialize)]
struct Step {
    what: String,
    #[serde(default = "once")]
    times: f64,
    /// Milliseconds of one invocation.
    #[serde(default)]
    ms: f64,
    #[serde(default)]
    memory_mb: f64,
    /// The function of which `cargo run --bin bench` counts what is said here.
    #[serde(default)]
    counted: Option<String>,
    #[serde(flatten)]
    meters: Meters,
}

fn once() -> f64 {
    1.0
}

impl Step {
    /// What it takes, all times together.
    fn meters(&self) -> Meters {
        let invocations = self.meters.get("invocations").copied().unwrap_or_default();
        let compute = invocations * self.ms / 1_000.0 * self.memory_mb / MEGABYTES;
        let mut meters: Meters =
            self.meters.iter().map(|(name, amount)| (name.clone(), amount * self.times)).collect();
        *meters.entry("gigabyte_seconds".to_owned()).or_default() += compute * self.times;
        meters
    }
}

impl Model {
    fn read(text: &str) -> Result<Self, Failure> {
        let invalid = |what: String| Failure::Other(format!("docs/costs/model.yaml: {what}"));
        let model: Self = serde_saphyr::from_str(text).map_err(|failure| invalid(failure.to_string()))?;
        let steps = model
            .message
            .iter()
            .chain(&model.connected)
            .chain(&model.idle)
            .chain(&model.dev)
            .chain(&model.awake)
            .chain(&model.prod)
            .flat_map(|step| step.meters.keys());
        let named = steps.chain(model.database.values().flat_map(BTreeMap::keys));
        if let Some(unknown) = named.into_iter().find(|name| !model.prices.of.contains_key(*name)) {
            return Err(invalid(format!("`{unknown}` has no price")));
        }
        Ok(model)
    }

    /// The model of `docs/costs`.
    fn of(place: &Place) -> Result<Self, Failure> {
        let path = place.root.join("docs/costs/model.yaml");
        let text = fs::read_to_string(&path)
            .map_err(|failure| Failure::Other(format!("{}: {failure}", path.display())))?;
        Self::read(&text)
    }

    /// Puts what was counted, by function, in the place of what is said of a message.
    fn correct(&mut self, counted: &BTreeMap<String, Meters>) {
        for step in &mut self.message {
            let Some(counted) = step.counted.as_ref().and_then(|name| counted.get(name)) else { continue };
            for (name, amount) in &mut step.meters {
                if let Some(counted) = counted.get(name) {
                    *amount = *counted;
                }
            }
        }
    }

    /// US dollars.
    fn price(&self, meters: &Meters) -> f64 {
        meters
            .iter()
            .filter_map(|(name, amount)| self.prices.of.get(name).map(|p| amount / p.per * p.dollars))
            .sum()
    }

    fn sum(steps: &[Step], times: f64) -> Meters {
        let mut sum = Meters::new();
        for (name, amount) in steps.iter().flat_map(Step::meters) {
            *sum.entry(name).or_default() += amount * times;
        }
        sum
    }

    fn dollars(&self, steps: &[Step], times: f64) -> f64 {
        self.price(&Self::sum(steps, times))
    }

    /// The tables of docs/costs/README.md.
    fn tables(&self) -> String {
        let mut page = String::new();
        let mut line = |text: String| {
            // Writing to a string cannot fail.
            let _ = writeln!(page, "{text}");
        };
        line(format!("Prices of {} on {}, in US dollars.\n", self.prices.region, self.prices.date));
        line("| a million messages | of it | $ |\n|---|---:|---:|".to_owned());
        for (name, amount) in Self::sum(&self.message, 1e6) {
            let Some(price) = self.prices.of.get(&name) else { continue };
            let dollars = amount / price.per * price.dollars;
            line(format!("| {} | {:.2} | {dollars:.2} |", price.unit, amount / price.per));
        }
        line(format!("| **together** | | **{:.2}** |\n", self.dollars(&self.message, 1e6)));

        line("| in which | $ |\n|---|---:|".to_owned());
        for step in &self.message {
            let dollars = self.price(&step.meters()) * 1e6;
            line(format!("| {} | {dollars:.2} |", step.what));
        }
        line(format!(
            "| *a thousand connected users, for a month* | {:.2} |\n",
            self.dollars(&self.connected, 1.0)
        ));

        let database = |name: &str| self.database.get(name).map_or(0.0, |meters| self.price(meters));
        let dollars = |steps: &[Step]| self.dollars(steps, 1.0);
        let dev = dollars(&self.idle) + dollars(&self.dev);
        let awake = dollars(&self.idle) + dollars(&self.awake);
        let prod = awake + dollars(&self.prod);
        line("| a month | without the database | database | together |\n|---|---:|---:|---:|".to_owned());
        for (what, idle, messages, thousands, size) in [
            ("the environment `dev`, idle", dev, 0.0, 0.0, "asleep"),
            ("the template's defaults, idle", awake, 0.0, 0.0, "smallest"),
            ("the environment `prod`, idle", prod, 0.0, 0.0, "standby"),
            ("the defaults, 1 million messages by 2,000 users", awake, 1e6, 2.0, "smallest"),
            ("`prod`, 100 million messages by 200,000 users", prod, 1e8, 200.0, "two"),
        ] {
            let rest =
                idle + self.dollars(&self.message, messages) + self.dollars(&self.connected, thousands);
            let database = database(size);
            line(format!("| {what} | {rest:.2} | {database:.2} | {:.2} |", rest + database));
        }

        line("\n| of the environment `dev`, idle | $ |\n|---|---:|".to_owned());
        for step in self.idle.iter().chain(&self.dev) {
            line(format!("| {} | {:.2} |", step.what, self.price(&step.meters())));
        }
        line(format!("| the database, awake for {ASLEEP} | {:.2} |", database("asleep")));
        page
    }
}

/// Prints the tables.
pub fn costs() -> Result<(), Failure> {
    let tables = Model::of(&Place::developer()?)?.tables();
    std::io::stdout().write_all(tables.as_bytes()).map_err(|failure| Failure::Other(failure.to_string()))
}

/// What a million messages cost with what was counted of each function's requests.
pub fn price(place: &Place, counted: &BTreeMap<String, Meters>) -> Result<MillionMessages, Failure> {
    let mut model = Model::of(place)?;
    model.correct(counted);
    let dollars = model.dollars(&model.message, 1e6);
    Ok(MillionMessages { date: model.prices.date, region: model.prices.region, dollars })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Model;

    const MODEL: &str = include_str!("../../docs/costs/model.yaml");

    #[test]
    fn the_page_says_what_the_program_says() {
        let page = include_str!("../../docs/costs/README.md");
        let tables = Model::read(MODEL).unwrap().tables();
        assert!(
            page.contains(tables.trim_end()),
            "docs/costs/README.md differs from `cargo run -- costs`:\n{tables}"
        );
    }

    #[test]
    fn a_million_messages_cost_what_they_may() {
        let model = Model::read(MODEL).unwrap();
        assert!(model.dollars(&model.message, 1e6) <= 6.0);
    }

    #[test]
    fn what_was_counted_takes_the_place_of_what_is_said() {
        let mut model = Model::read(MODEL).unwrap();
        let said = model.dollars(&model.message, 1e6);
        let counted = |name: &str, meters: &[(&str, f64)]| {
            let meters = meters.iter().map(|(name, amount)| ((*name).to_owned(), *amount)).collect();
            BTreeMap::from([(name.to_owned(), meters)])
        };
        model.correct(&counted("another_function", &[("queue_requests", 1e9)]));
        assert!((model.dollars(&model.message, 1e6) - said).abs() < 1e-9);
        // One request to SQS more, and a call of KMS for each: 0.40 and 3.00 a million.
        model.correct(&counted(
            "send_message",
            &[("queue_requests", 2.0), ("kms_requests", 1.0), ("alarms", 9.0)],
        ));
        assert!((model.dollars(&model.message, 1e6) - said - 3.4).abs() < 1e-9);
    }

    #[test]
    fn compute_is_time_by_memory_and_every_meter_is_priced() {
        let text = "
            prices: { date: '2026-01-01', region: here, invocations: { unit: i, dollars: 1, per: 10 }, gigabyte_seconds: { unit: g, dollars: 8, per: 1 } }
            message: [{ what: it, times: 2, invocations: 5, ms: 100, memory_mb: 512 }]
            connected: []
            idle: []
            dev: []
            awake: []
            prod: []
            database: {}";
        let model = Model::read(text).unwrap();
        let dollars = model.dollars(&model.message, 3.0);
        // 30 invocations of 0.05 GB-seconds each.
        assert!((dollars - (3.0 + 12.0)).abs() < 1e-9, "{dollars}");
        assert!(Model::read(&text.replace("invocations: 5", "telegrams: 5")).is_err());
    }
}
