//! A browser for tests: headless Chromium out of a package, or one that this machine has where the package has none for it, and
//! what drives it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Failure, node,
    place::{Place, remove},
    process::run_logged,
    progress::step,
    tools,
};

/// The folder with `package.json`, its lock and what unpacks the browser.
const PACKAGES: &str = "local/tools/browser";
/// The names that browsers of this machine go by.
const ON_THIS_MACHINE: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Node.js, ready to be given a script that drives a browser: `NODE_MODULES` says where its packages are, `BROWSER` where the browser
/// is. Everything is installed first if it has to be.
pub fn browser(place: &Place) -> Result<Command, Failure> {
    let modules = node::packages(place, PACKAGES)?;
    let mut driver = node::node(place)?;
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        let folder = unpacked(place, &modules)?;
        driver
            .env("BROWSER", folder.join("chromium"))
            .env("LD_LIBRARY_PATH", folder.join("al2023/lib"))
            .env("FONTCONFIG_PATH", folder.join("fonts"));
    } else {
        driver.env("BROWSER", of_this_machine()?);
    }
    driver.env("NODE_MODULES", modules);
    Ok(driver)
}

/// The folder with the browser of the package, which has it packed for Linux on x86-64.
fn unpacked(place: &Place, modules: &Path) -> Result<PathBuf, Failure> {
    let home = modules.parent().unwrap_or(modules);
    let (folder, complete) = (home.join("browser"), home.join("unpacked"));
    if complete.exists() {
        return Ok(folder);
    }
    let _turn = tools::turn(&place.target.join("tools"))?;
    if !complete.exists() {
        step("unpack the browser of the tests", || {
            remove(&folder)?;
            let log = home.with_added_extension("unpack.log");
            let script = place.root.join(PACKAGES).join("unpack.mjs");
            let mut node = node::node(place)?;
            run_logged("unpacking the browser", node.arg(script).arg(&folder).arg(modules), &log)?;
            fs::write(&complete, "").map_err(Failure::file("writing", &complete))
        })?;
    }
    Ok(folder)
}

/// A browser that somebody has installed; the variable `BROWSER` names it where it is not in PATH.
fn of_this_machine() -> Result<PathBuf, Failure> {
    let named = env::var_os("BROWSER").map(PathBuf::from);
    named.or_else(|| ON_THIS_MACHINE.iter().find_map(|name| tools::find_program(name))).ok_or_else(|| {
        Failure::Other(
            "no Chromium was found: install one and have it in PATH, or name it in the variable BROWSER"
                .to_owned(),
        )
    })
}
