//! The command line as people use it, against the tests' stack.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use std::{fs, str};

use testkit::{Gateway, Relay, unique_username};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::timeout;

const PASSWORD: &str = "seven green bottles";
/// How long to wait for what must come: much longer than it takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// One who has the program on a machine of their own.
struct Person {
    name: String,
    home: PathBuf,
}

impl Person {
    /// Somebody new at the server of this address.
    async fn registers(name: &str, server: &str) -> Self {
        let person = Self::of_no_server(name);
        let done = person.runs(&["--server", server, "register", &person.name], PASSWORD).await;
        assert_eq!(said(&done), format!("{} is registered and logged in.\n", person.name));
        person
    }

    fn of_no_server(name: &str) -> Self {
        let name = unique_username(name);
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        Self { name, home }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_talkify"));
        command
            .args(arguments)
            .env("XDG_CONFIG_HOME", &self.home)
            .env_remove("SSL_CERT_FILE")
            .kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    async fn runs(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.command(arguments).spawn().unwrap();
        // It may have ended without reading.
        let _ = child.stdin.take().unwrap().write_all(format!("{input}\n").as_bytes()).await;
        timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends").unwrap()
    }

    /// What the program prints when all goes well.
    async fn does(&self, arguments: &[&str]) -> String {
        said(&self.runs(arguments, "").await)
    }

    /// The exit code and the sentence when it does not.
    async fn fails(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let done = self.runs(arguments, input).await;
        assert!(done.stdout.is_empty(), "{done:?}");
        (done.status.code().unwrap(), String::from_utf8(done.stderr).unwrap())
    }

    fn session(&self) -> PathBuf {
        self.home.join("talkify/session.json")
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.home);
    }
}

fn said(done: &Output) -> String {
    assert!(done.status.success(), "{done:?}");
    str::from_utf8(&done.stdout).unwrap().to_owned()
}

/// A `talkify tail` that goes on.
struct Tail {
    _child: Child,
    messages: Lines<BufReader<ChildStdout>>,
    notes: Lines<BufReader<ChildStderr>>,
}

impl Tail {
    async fn of(person: &Person, arguments: &[&str]) -> Self {
        Self::by(&mut person.command(&[&["tail"], arguments].concat())).await
    }

    async fn by(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let messages = BufReader::new(child.stdout.take().unwrap()).lines();
        let notes = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut tail = Self { _child: child, messages, notes };
        tail.notes("listening; Ctrl-C ends").await;
        tail
    }

    /// The next message, without its time.
    async fn shows(&mut self) -> String {
        let line = timeout(PATIENCE, self.messages.next_line()).await.expect("a message comes").unwrap();
        line.expect("the program goes on").split_off("12:34 ".len())
    }

    /// Waits until the program says this of itself.
    async fn notes(&mut self, expected: &str) {
        loop {
            let line = timeout(PATIENCE, self.notes.next_line()).await.expect("a note comes").unwrap();
            let line = line.unwrap_or_else(|| panic!("ended before it noted: {expected}"));
            if line == format!("talkify: {expected}") {
                return;
            }
        }
    }
}

#[tokio::test]
async fn two_people_chat() {
    let app = Gateway::start().await;
    let server = &app.stack().api_url;
    let (alice, bob) = (Person::registers("alice", server).await, Person::registers("bob", server).await);
    assert_eq!(alice.does(&["send", &bob.name, "Hello,", "Bob!"]).await, "Sent as message 1.\n");

    let listed = bob.does(&["list"]).await;
    assert!(listed.contains("1 new") && listed.trim_end().ends_with(&alice.name), "{listed}");
    let conversation: serde_json::Value = serde_json::from_str(&bob.does(&["list", "--json"]).await).unwrap();
    assert_eq!(conversation["last_message"]["text"], "Hello, Bob!");
    let id = conversation["id"].as_str().unwrap();

    let mut one = Tail::of(&bob, &[&alice.name]).await;
    assert_eq!(one.shows().await, format!("{}: Hello, Bob!", alice.name));
    let mut all = Tail::of(&bob, &[]).await;
    alice.does(&["send", id, "How are you?"]).await;
    assert_eq!(one.shows().await, format!("{}: How are you?", alice.name));
    assert_eq!(all.shows().await, format!("{} · {}: How are you?", alice.name, alice.name));

    let notes = alice.home.join("notes.txt");
    fs::write(&notes, "What was said.").unwrap();
    assert_eq!(
        alice.does(&["upload", &bob.name, notes.to_str().unwrap(), "--caption", "As promised"]).await,
        "Sent as message 3.\n"
    );
    assert_eq!(one.shows().await, format!("{}: [file: notes.txt] As promised", alice.name));

    bob.does(&["logout"]).await;
    assert!(!bob.session().exists());
    assert_eq!(
        bob.fails(&["--server", server, "list"], "").await,
        (3, "talkify: there is no session: log in first\n".to_owned())
    );
}

#[tokio::test]
async fn the_commands_of_the_readme_work() {
    let app = Gateway::start().await;
    let person = Person::of_no_server("readme");
    fs::create_dir_all(&person.home).unwrap();
    let (_, commands) = include_str!("../README.md").split_once("```shell\n").unwrap();
    let (commands, _) = commands.split_once("```").unwrap();
    // The names are for everybody, and may be taken. A local stack is where `talkify` looks by itself; the tests' stack is elsewhere.
    let names = (unique_username("a"), unique_username("b"));
    let meant = commands
        .lines()
        .filter(|line| !line.starts_with("cargo install") && !line.starts_with("talkify tail"));
    let commands: Vec<String> = meant
        .map(|line| {
            let line = line.replace("clara", &names.0).replace(" david", &format!(" {}", names.1));
            line.replace("talkify register", &format!("talkify --server {} register", app.stack().api_url))
        })
        .collect();
    let mut shell = Command::new("sh");
    let programs = Path::new(env!("CARGO_BIN_EXE_talkify")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    shell
        .args(["-euc", &commands.join("\n")])
        .current_dir(&person.home)
        .env("PATH", path)
        .env("XDG_CONFIG_HOME", &person.home);
    let done = said(&shell.output().await.unwrap());
    assert!(done.contains("Sent as message 1.\nSent as message 2.\n"), "{done}");
    assert!(done.trim_end().ends_with(&names.1), "{done}");
}

#[tokio::test]
async fn what_was_said_while_the_line_was_cut_is_shown_after() {
    let app = Gateway::start().await;
    let server = &app.stack().api_url;
    let relay = Relay::start(server).await;
    let (alice, bob) =
        (Person::registers("alice", server).await, Person::registers("bob", &relay.url()).await);
    alice.does(&["send", &bob.name, "before"]).await;
    let mut tail = Tail::of(&bob, &[&alice.name, "--last", "1"]).await;
    assert_eq!(tail.shows().await, format!("{}: before", alice.name));

    relay.cut();
    for text in ["meanwhile", "and again"] {
        alice.does(&["send", &bob.name, text]).await;
    }
    let (code, sentence) = bob.fails(&["list"], "").await;
    assert_eq!((code, sentence.as_str()), (4, "talkify: the server cannot be reached\n"));
    relay.mend();
    tail.notes("connected again").await;
    alice.does(&["send", &bob.name, "after"]).await;
    for text in ["meanwhile", "and again", "after"] {
        assert_eq!(tail.shows().await, format!("{}: {text}", alice.name));
    }
}

#[tokio::test]
async fn over_tls_only_who_is_trusted_gets_the_password() {
    let app = Gateway::start().await;
    let server = &app.stack().api_url;
    let (relay, authority) = Relay::start_tls(server).await;
    let (_, stranger) = Relay::start_tls(server).await;
    let alice = Person::of_no_server("alice");
    fs::create_dir_all(&alice.home).unwrap();
    let file = |name: &str, pem: &str| {
        let file = alice.home.join(name);
        fs::write(&file, pem).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (known, other, none) =
        (file("known.pem", &authority), file("other.pem", &stranger), file("none.pem", ""));

    let url = relay.url();
    assert!(url.starts_with("https://"), "{url}");
    let register = ["--server", &url, "register", &alice.name];
    let untrusted = "talkify: the server is not trusted: its certificate is of an authority that is not known here (see --ca-file)\n";
    assert_eq!(alice.fails(&register, PASSWORD).await, (4, untrusted.to_owned()));
    let by = |file: &str| {
        [&["--ca-file", file], &register[..]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let fails = async |file: &str| {
        let given = by(file);
        alice.fails(&given.iter().map(String::as_str).collect::<Vec<_>>(), PASSWORD).await
    };
    assert_eq!(fails(&other).await, (4, untrusted.to_owned()));
    let empty = "talkify: the certificates of authorities cannot be used: there is no certificate in it\n";
    assert_eq!(fails(&none).await, (1, empty.to_owned()));
    let (code, missing) = fails("no-such.pem").await;
    assert!(code == 1 && missing.contains("no-such.pem"), "{missing}");
    assert!(!alice.session().exists());

    let given = by(&known);
    let done = alice.runs(&given.iter().map(String::as_str).collect::<Vec<_>>(), PASSWORD).await;
    assert_eq!(said(&done), format!("{} is registered and logged in.\n", alice.name));

    // The socket comes by TLS too: what is said without is heard there. The variable is as good as the option.
    let bob = Person::registers("bob", server).await;
    let mut child = alice.command(&["tail"]);
    let mut tail = Tail::by(child.env("SSL_CERT_FILE", &known)).await;
    bob.does(&["send", &alice.name, "Nobody listens"]).await;
    assert_eq!(tail.shows().await, format!("{} · {}: Nobody listens", bob.name, bob.name));
}

#[tokio::test]
async fn an_access_token_that_is_over_is_replaced_by_one_of_many() {
    let app = Gateway::start().await;
    let alice = Person::registers("alice", &app.stack().api_url).await;
    let before = fs::read_to_string(alice.session()).unwrap();
    let expired = sqlx::query(
        "UPDATE sessions SET access_expires_at = now()
         FROM users WHERE users.id = sessions.user_id AND users.username = $1",
    );
    expired.bind(&alice.name).execute(&mut app.database().await).await.unwrap();
    // A second renewal with the same token would end the session.
    let lists = (0..4).map(|_| alice.command(&["list"]).spawn().unwrap());
    for list in lists.collect::<Vec<_>>() {
        said(&list.wait_with_output().await.unwrap());
    }
    assert_ne!(fs::read_to_string(alice.session()).unwrap(), before);
    alice.does(&["list"]).await;
}

#[tokio::test]
#[cfg(unix)]
async fn only_its_owner_reads_the_session() {
    use std::os::unix::fs::PermissionsExt;
    let app = Gateway::start().await;
    let alice = Person::registers("alice", &app.stack().api_url).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&alice.session()), mode(alice.session().parent().unwrap())), (0o600, 0o700));
}

#[tokio::test]
async fn what_does_not_work_is_one_sentence_and_a_code() {
    let app = Gateway::start().await;
    let server = &app.stack().api_url;
    let alice = Person::registers("alice", server).await;
    let wrong = (3, "talkify: the user name or the password is wrong\n".to_owned());
    let stranger = Person::of_no_server("stranger");
    assert_eq!(stranger.fails(&["--server", server, "login", &alice.name], "another password").await, wrong);
    assert_eq!(stranger.fails(&["--server", server, "login", &stranger.name], PASSWORD).await, wrong);
    let taken = stranger.fails(&["--server", server, "register", &alice.name], PASSWORD).await;
    assert_eq!(taken.0, 1, "{taken:?}");
    assert!(!stranger.session().exists());

    let nobody = format!("talkify: nobody and no group of yours is called {}\n", stranger.name);
    assert_eq!(alice.fails(&["send", &stranger.name, "Hello"], "").await, (1, nobody));
    let elsewhere = format!("talkify: the session is one of {server}: log in there first\n");
    assert_eq!(alice.fails(&["--server", "http://127.0.0.1:9", "list"], "").await, (3, elsewhere));
    let (code, missing) = alice.fails(&["upload", &alice.name, "no-such-file"], "").await;
    assert_eq!(code, 1, "{missing}");
    let away = stranger.fails(&["--server", "http://127.0.0.1:9", "login", "alice"], PASSWORD).await;
    assert_eq!(away, (4, "talkify: the server cannot be reached\n".to_owned()));
}
