//! Floors: what Postgres alone takes, driven by pgbench over the prepared protocol
//! (<https://www.postgresql.org/docs/16/pgbench.html>).

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use local::for_measurements::Cluster;

use crate::failure::{Failure, other};
use crate::statement::with_parameters;
use crate::statistics::Latencies;

/// What each transaction runs.
#[derive(Debug, Clone)]
pub struct Script {
    text: String,
    /// The values of its variables, by name.
    variables: Vec<(String, String)>,
}

/// One endpoint's statement with the arguments of one place.
#[derive(Debug, Clone)]
pub struct Statement {
    /// With `$1`, `$2` and so on.
    pub text: String,
    /// The arguments.
    pub arguments: Vec<Argument>,
}

/// An argument of a statement.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Postgres's name of its type.
    pub kind: String,
    /// Its value; `None` for null.
    pub value: Option<String>,
    /// Whether each transaction has another one.
    pub varies: Varies,
}

/// What an argument is in another transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Varies {
    /// The same.
    No,
    /// A UUID that must be another one.
    Fresh,
    /// A number that must be higher: as [`RISING`](crate::endpoints::RISING) is.
    Rising,
}

/// A different 15-digit number in each transaction of each client of each run, ascending for each client.
const KEY: &str = "\\set n :n + 1
\\set key 100000000000000 + :run * 10000000000 + :client_id * 100000000 + :n
";
/// Digits are hexadecimal digits too: the key ends a UUID, which is ascending as the ids of the functions are.
const FRESH: &str = "('01a205a3-{place}-7000-8' || :key)::uuid";
/// Microseconds since 1970, which the functions' requests have as well: neither falls behind the other.
/// As of the transaction's beginning, so that it is one number wherever the statement names it.
const RISING: &str = "(extract(epoch FROM now()) * 1000000)::bigint";

impl Script {
    /// The least that storing a message could cost: one row with its primary key, of this many bytes.
    #[must_use]
    pub fn single_row_insert(bytes: usize) -> Self {
        let fresh = FRESH.replace("{place}", "0000");
        let text = format!("{KEY}INSERT INTO bench_floor (id, body) VALUES ({fresh}, :body);\n");
        let body = format!("\\x{}", "ab".repeat(bytes));
        Self { text, variables: vec![("body".to_owned(), body)] }
    }

    /// Each client runs the statement of a place of its own.
    #[must_use]
    pub fn of(statements: &[Statement]) -> Self {
        let (mut text, mut variables) = (KEY.to_owned(), Vec::new());
        for (client, statement) in statements.iter().enumerate() {
            let sql = with_parameters(&statement.text, |number| {
                let Some(argument) = number.checked_sub(1).and_then(|index| statement.arguments.get(index))
                else {
                    return format!("${number}");
                };
                let kind = &argument.kind;
                match argument.varies {
                    Varies::Fresh => return FRESH.replace("{place}", &format!("{number:04}")),
                    Varies::Rising => return RISING.to_owned(),
                    Varies::No => {}
                }
                match &argument.value {
                    Some(_) => format!(":p{client}_{number}::{kind}"),
                    None => format!("NULL::{kind}"),
                }
            });
            let word = if client == 0 { "if" } else { "elif" };
            // A text to which nothing can be added.
            let _ = writeln!(text, "\\{word} :client_id = {client}\n{sql};");
            let fixed = |(_, one): &(usize, &Argument)| one.varies == Varies::No;
            for (index, argument) in statement.arguments.iter().enumerate().filter(fixed) {
                if let Some(value) = &argument.value {
                    variables.push((format!("p{client}_{}", index + 1), value.clone()));
                }
            }
        }
        text.push_str("\\endif\n");
        Self { text, variables }
    }
}

/// Runs scripts, one after the other.
#[derive(Debug)]
pub struct Pgbench {
    program: PathBuf,
    folder: PathBuf,
    server: local::for_tests::Server,
    runs: u32,
}

impl Pgbench {
    /// Against this cluster, with its files in a folder.
    pub fn new(cluster: &Cluster, folder: &Path) -> Result<Self, Failure> {
        let folder = folder.join("pgbench");
        fs::create_dir_all(&folder)?;
        Ok(Self { program: cluster.program("pgbench"), folder, server: cluster.server(), runs: 0 })
    }

    /// One round of so many clients, each in a closed loop, all in one thread.
    pub fn run(&mut self, script: &Script, clients: usize, length: Duration) -> Result<Latencies, Failure> {
        self.runs += 1;
        for entry in fs::read_dir(&self.folder)?.flatten() {
            fs::remove_file(entry.path())?;
        }
        let file = self.folder.join("script.sql");
        fs::write(&file, &script.text)?;
        let mut pgbench = Command::new(&self.program);
        pgbench
            .args(["--no-vacuum", "--protocol=prepared", "--log", "--jobs=1"])
            .arg(format!("--client={clients}"))
            .arg(format!("--time={}", length.as_secs().max(1)))
            .arg(format!("--log-prefix={}", self.folder.join("latency").display()))
            .arg(format!("--file={}", file.display()))
            .args(["--define", "n=0", "--define", &format!("run={}", self.runs)])
            .args(["-h", &self.server.host, "-p", &self.server.port.to_string(), "-U", &self.server.user])
            .env("PGPASSWORD", &self.server.password)
            .env("PGSSLMODE", "disable");
        for (name, value) in &script.variables {
            pgbench.arg("--define").arg(format!("{name}={value}"));
        }
        let output = pgbench.arg(DATABASE).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(other(format!("pgbench failed: {}", said.trim())));
        }
        let latencies = self.latencies()?;
        if latencies.is_empty() {
            return Err(other("pgbench logged no transaction"));
        }
        Ok(Latencies::new(latencies, length))
    }

    /// The third word of each line of its log: microseconds.
    fn latencies(&self) -> Result<Vec<f64>, Failure> {
        let mut latencies = Vec::new();
        for entry in fs::read_dir(&self.folder)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with("latency") {
                let text = fs::read_to_string(entry.path())?;
                latencies.extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<f64>().ok()));
            }
        }
        Ok(latencies)
    }
}

/// The functions' database.
pub const DATABASE: &str = "talkify";

#[cfg(test)]
mod tests {
    use super::{Argument, Script, Statement, Varies};

    #[test]
    fn each_client_has_its_own_arguments_and_fresh_ids() {
        let argument = |kind: &str, value: Option<&str>, varies| Argument {
            kind: kind.to_owned(),
            value: value.map(str::to_owned),
            varies,
        };
        let statement = |limit| Statement {
            text: "SELECT $1::text, $2, $3, $4, $1".to_owned(),
            arguments: vec![
                argument("text", Some(limit), Varies::No),
                argument("boolean", None, Varies::No),
                argument("uuid", Some("x"), Varies::Fresh),
                argument("bigint", Some("7"), Varies::Rising),
            ],
        };
        let script = Script::of(&[statement("5"), statement("6")]);
        assert!(script.text.contains("\\if :client_id = 0\nSELECT :p0_1::text::text, NULL::boolean, ('01a205a3-0003-7000-8' || :key)::uuid, (extract(epoch FROM now()) * 1000000)::bigint, :p0_1::text;\n"), "{}", script.text);
        assert!(script.text.contains("\\elif :client_id = 1\nSELECT :p1_1::text"));
        let variables = [("p0_1".to_owned(), "5".to_owned()), ("p1_1".to_owned(), "6".to_owned())];
        assert_eq!(script.variables, variables);
    }
}
