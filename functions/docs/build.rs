//! Packs the pages of `GET /swagger/{file}`: Swagger UI out of the package that carries it, and our own beside it.

use std::borrow::Cow;
use std::error::Error;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const OF_SWAGGER_UI: [&str; 3] = ["favicon-32x32.png", "swagger-ui-bundle.js", "swagger-ui.css"];
const OUR_OWN: [&str; 2] = ["index.html", "initializer.js"];

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts in environment variables")]
fn main() -> Result<(), Box<dyn Error>> {
    let output = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let pack = |name: &str, bytes: &[u8]| {
        let file = fs::File::create(Path::new(&output).join(format!("{name}.gz")))?;
        let mut encoder = GzEncoder::new(file, Compression::best());
        encoder.write_all(bytes)?;
        encoder.finish().map(drop)
    };
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for name in OF_SWAGGER_UI {
        let ours = |path: &Cow<'_, str>| path.ends_with(&format!("/dist/{name}"));
        let path = archive.file_names().filter_map(Result::ok).find(ours).map(Cow::into_owned);
        let path = path.ok_or_else(|| format!("Swagger UI no longer has {name}"))?;
        let mut bytes = Vec::new();
        archive.by_name(&path)?.read_to_end(&mut bytes)?;
        pack(name, &bytes)?;
    }
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
    println!("cargo::rerun-if-changed={}", pages.display());
    for name in OUR_OWN {
        pack(name, &fs::read(pages.join(name))?)?;
    }
    Ok(())
}
