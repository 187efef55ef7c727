//! An event for each function, to invoke it with by itself: `cargo lambda invoke send_message --data-file …`
//! (docs/functions.md). What the functions are and how they are reached is in `template.yaml`, what they are asked in `openapi.yaml`;
//! so the events follow from the two, and so do the routes of `cargo lambda watch`.

mod routes;
mod shapes;
mod world;

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;

pub use self::world::World;
use crate::{
    Failure, Stack,
    place::{Place, make_folder},
    progress::say,
    template::Template,
};

/// Where the events are that speak of the example of `openapi.yaml`, and of nothing that is anywhere.
const COMMITTED: &str = "tests/events";

/// Events by the names of the functions.
pub type Events = BTreeMap<String, Value>;

/// Events for all functions, which speak of `world`.
pub fn of(place: &Place, world: &World) -> Result<Events, Failure> {
    let template = Template::read(&place.root.join("template.yaml"))?;
    let contract = place.root.join("openapi.yaml");
    let contract = fs::read_to_string(&contract).map_err(Failure::file("reading", &contract))?;
    let contract: Value = serde_saphyr::from_str(&contract)
        .map_err(|error| Failure::Template(format!("openapi.yaml: {error}")))?;
    shapes::of_all(&template, &contract, world)
}

/// Writes `tests/events` and the routes in `Cargo.toml` afresh; with `check`, changes nothing and fails if they are not fresh.
pub fn events(check: bool) -> Result<(), Failure> {
    let place = Place::developer()?;
    let (events, folder) = (of(&place, &World::example())?, place.root.join(COMMITTED));
    let stale = stale_routes(&place)?;
    if check {
        let mut faults: Vec<String> =
            stale.map(|_| "the routes in Cargo.toml".to_owned()).into_iter().collect();
        faults.extend(differences(&events, &read(&folder)?));
        if faults.is_empty() {
            return Ok(());
        }
        return Err(Failure::Other(format!("not fresh: {}: run `cargo run -- events`", faults.join(", "))));
    }
    if let Some(manifest) = stale {
        let path = place.root.join("Cargo.toml");
        fs::write(&path, manifest).map_err(Failure::file("writing", &path))?;
    }
    for (name, _) in read(&folder)?.iter().filter(|(name, _)| !events.contains_key(*name)) {
        crate::place::remove(&folder.join(format!("{name}.json")))?;
    }
    write(&folder, &events)?;
    say(&format!(
        "{} events are in {COMMITTED}, the routes of `cargo lambda watch` in Cargo.toml",
        events.len()
    ));
    Ok(())
}

/// Makes an example world in a running stack, and writes events that speak of it.
pub fn example(of_tests: bool) -> Result<(), Failure> {
    let place = if of_tests { Place::tests()? } else { Place::developer()? };
    let stack = Stack::running(&place)?;
    let folder = write_for(&place, &stack)?;
    let shown = folder.strip_prefix(&place.root).unwrap_or(&folder).display().to_string();
    say(&format!("the events in {shown} speak of a world that is new in the running stack"));
    Ok(())
}

/// Makes an example world in a stack and writes events that speak of it into a folder of that stack.
pub fn write_for(place: &Place, stack: &Stack) -> Result<PathBuf, Failure> {
    let folder = place.file("events");
    write(&folder, &of(place, &World::make(stack)?)?)?;
    Ok(folder)
}

/// The `Cargo.toml` that has the template's routes, if the one that is there has others.
fn stale_routes(place: &Place) -> Result<Option<String>, Failure> {
    let path = place.root.join("Cargo.toml");
    let manifest = fs::read_to_string(&path).map_err(Failure::file("reading", &path))?;
    let template = Template::read(&place.root.join("template.yaml"))?;
    let fresh = routes::put_into(&manifest, &template)?;
    Ok((fresh != manifest).then_some(fresh))
}

fn write(folder: &std::path::Path, events: &Events) -> Result<(), Failure> {
    make_folder(folder)?;
    for (name, event) in events {
        let path = folder.join(format!("{name}.json"));
        fs::write(&path, format!("{event:#}\n")).map_err(Failure::file("writing", &path))?;
    }
    Ok(())
}

fn read(folder: &std::path::Path) -> Result<Events, Failure> {
    let mut events = Events::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        let text = fs::read_to_string(&path).map_err(Failure::file("reading", &path))?;
        events.insert(name.to_owned(), serde_json::from_str(&text).unwrap_or_default());
    }
    Ok(events)
}

/// The files that are missing, too many, or say something else.
fn differences(wanted: &Events, found: &Events) -> Vec<String> {
    let names = wanted.keys().chain(found.keys().filter(|name| !wanted.contains_key(*name)));
    names
        .filter(|name| wanted.get(*name) != found.get(*name))
        .map(|name| format!("{COMMITTED}/{name}.json"))
        .collect()
}
