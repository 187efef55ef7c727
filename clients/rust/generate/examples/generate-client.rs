//! Writes `clients/rust/src/generated.rs` anew: `cargo run --example generate-client`.

use std::path::Path;
use std::{fs, io};

fn main() -> Result<(), generate_client::Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let generated = generate_client::generate(&fs::read_to_string(root.join("openapi.yaml"))?)?;
    let path = root.join("clients/rust/src/generated.rs");
    let written: io::Result<()> = fs::write(path, generated);
    Ok(written?)
}
