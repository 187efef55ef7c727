//! ffmpeg: the one of this machine, and the Lambda layer with the same one for another.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use zip::ZipArchive;

use crate::{
    Failure,
    place::{Place, make_folder, remove},
    process::run_logged,
    progress::step,
    tools::{self, Set},
};

/// The architectures that Lambda has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Architecture {
    /// Graviton, which the template asks for.
    #[value(name = "arm64")]
    Arm64,
    /// Intel and AMD.
    #[value(name = "x86_64")]
    X86,
}

impl Architecture {
    /// As Lambda says it.
    fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86 => "x86_64",
        }
    }

    /// As Python's packages say it. Lambda's Amazon Linux 2023 has glibc 2.34.
    fn platform(self) -> &'static str {
        match self {
            Self::Arm64 => "manylinux_2_28_aarch64",
            Self::X86 => "manylinux_2_28_x86_64",
        }
    }
}

/// The ffmpeg of this machine, which is installed first if it has to be.
pub fn ffmpeg(place: &Place) -> Result<PathBuf, Failure> {
    let installed = tools::install(place, Set::Media)?;
    let missing = || Failure::Other(format!("{} holds no ffmpeg", installed.display()));
    // `lib/python3.13/site-packages/imageio_ffmpeg/binaries/ffmpeg-linux-x86_64-v9.0.2`
    let pythons = fs::read_dir(installed.join("lib")).map_err(|_| missing())?;
    let folders = pythons.flatten().map(|python| python.path().join("site-packages/imageio_ffmpeg/binaries"));
    let files = folders.filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let found = files.map(|file| file.path()).find(|path| is_ffmpeg(path)).ok_or_else(missing)?;
    executable(&found)?;
    Ok(found)
}

/// Builds the layer's folder, `target/ffmpeg-layer/<architecture>`, from the pinned wheel; answers it.
pub fn ffmpeg_layer(architecture: Architecture) -> Result<PathBuf, Failure> {
    let place = Place::developer()?;
    let installed = tools::install(&place, Set::Media)?;
    let layer = place.target.join("ffmpeg-layer").join(architecture.name());
    step(&format!("build the ffmpeg layer for {}", architecture.name()), || {
        remove(&layer)?;
        let download = layer.join("wheel");
        make_folder(&download)?;
        let lock = place.root.join("local/tools/media.txt");
        let mut pip = tools::program(&installed, "python");
        pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"])
            .args(["--require-hashes", "--no-deps", "--only-binary=:all:"])
            .args(["--platform", architecture.platform(), "-r"])
            .arg(&lock)
            .arg("--dest")
            .arg(&download);
        run_logged("downloading ffmpeg", &mut pip, &place.file("ffmpeg-layer.log"))?;
        unpack(&download, &layer.join("bin"))?;
        remove(&download)
    })?;
    Ok(layer)
}

/// Takes ffmpeg out of the one wheel in a folder.
fn unpack(folder: &Path, into: &Path) -> Result<(), Failure> {
    let broken = |reason: &dyn std::fmt::Display| Failure::Other(format!("the wheel of ffmpeg: {reason}"));
    let wheel = fs::read_dir(folder).map_err(Failure::file("reading", folder))?.flatten().next();
    let wheel = wheel.ok_or_else(|| broken(&"it is missing"))?.path();
    let file = fs::File::open(&wheel).map_err(Failure::file("opening", &wheel))?;
    let mut archive = ZipArchive::new(file).map_err(|error| broken(&error))?;
    let name = {
        let mut names = archive.file_names().filter_map(Result::ok).map(|name| name.to_string());
        names.find(|name| is_ffmpeg(Path::new(name)))
    };
    let name = name.ok_or_else(|| broken(&"it holds no ffmpeg"))?;
    make_folder(into)?;
    let path = into.join("ffmpeg");
    let mut program = fs::File::create(&path).map_err(Failure::file("creating", &path))?;
    let mut packed = archive.by_name(&name).map_err(|error| broken(&error))?;
    std::io::copy(&mut packed, &mut program).map_err(Failure::file("writing", &path))?;
    executable(&path)
}

fn is_ffmpeg(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"ffmpeg-linux-"))
}

fn executable(path: &Path) -> Result<(), Failure> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .map_err(Failure::file("making executable", path))
}
