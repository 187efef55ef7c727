//! Writes `openapi.yaml` as the JSON that `GET /openapi.json` answers.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts in environment variables")]
fn main() -> Result<(), Box<dyn Error>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.yaml");
    println!("cargo::rerun-if-changed={}", source.display());
    let document: serde_json::Value = serde_saphyr::from_str(&fs::read_to_string(source)?)?;
    let output = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&output).join("openapi.json"), serde_json::to_vec(&document)?)?;
    Ok(())
}
