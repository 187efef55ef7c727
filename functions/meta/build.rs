//! Writes `openapi.yaml` as the JSON that `GET /openapi.json` answers.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts in environment variables")]
fn main() -> Result<(), Box<dyn Error>> {
    // Asked for now and not when this was compiled: that may have been in another checkout, whose `target` this one was given.
    let package = env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?;
    let source = Path::new(&package).join("../../openapi.yaml");
    println!("cargo::rerun-if-changed={}", source.display());
    let document: serde_json::Value = serde_saphyr::from_str(&fs::read_to_string(source)?)?;
    let output = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&output).join("openapi.json"), serde_json::to_vec(&document)?)?;
    Ok(())
}
