//! Packs the files of the pages, each into `<page>/<file>.gz`: Swagger UI out of the package that carries it, our own out of the folder
//! `pages`, and the TypeScript client, which the chat page runs.

use std::borrow::Cow;
use std::error::Error;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const OF_SWAGGER_UI: [&str; 3] = ["favicon-32x32.png", "swagger-ui-bundle.js", "swagger-ui.css"];
const CLIENT: &str = "../../clients/typescript/dist/talkify.js";

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts in environment variables")]
fn main() -> Result<(), Box<dyn Error>> {
    let output = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for name in OF_SWAGGER_UI {
        let ours = |path: &Cow<'_, str>| path.ends_with(&format!("/dist/{name}"));
        let path = archive.file_names().filter_map(Result::ok).find(ours).map(Cow::into_owned);
        let path = path.ok_or_else(|| format!("Swagger UI no longer has {name}"))?;
        let mut bytes = Vec::new();
        archive.by_name(&path)?.read_to_end(&mut bytes)?;
        pack(&output.join("swagger"), name, &bytes)?;
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in ["swagger", "demo"] {
        let folder = package.join("pages").join(page);
        println!("cargo::rerun-if-changed={}", folder.display());
        for file in fs::read_dir(&folder)? {
            let file = file?;
            pack(&output.join(page), &file.file_name().to_string_lossy(), &fs::read(file.path())?)?;
        }
    }
    let client = package.join(CLIENT);
    println!("cargo::rerun-if-changed={}", client.display());
    pack(&output.join("demo"), "talkify.js", &fs::read(client)?)?;
    Ok(())
}

fn pack(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let file = fs::File::create(folder.join(format!("{name}.gz")))?;
    let mut encoder = GzEncoder::new(file, Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()?;
    Ok(())
}
