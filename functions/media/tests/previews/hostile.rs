//! Hostile files: each is refused with its reason, or nothing bad of it is served; in ten seconds, in the memory there is, and
//! nobody hears of it.

use std::net::TcpListener;

use crate::corpus::{
    Expected, Hostile, PAYLOAD, documents, further_pictures, further_recordings, pictures, recordings,
};
use crate::worker::{ACCEPTED_PEAK, REFUSED_PEAK, look_in_time};

/// What is wrong with what became of a file.
fn judged(hostile: &Hostile) -> Result<String, String> {
    let seen = look_in_time(&hostile.bytes, hostile.kind, hostile.content_type);
    let said = match seen.failure() {
        Some(reason) => reason.to_owned(),
        None if seen.made["ready"].is_object() => "served".to_owned(),
        None => seen.made.to_string(),
    };
    let figures = format!("{said}, {} MB, {} ms", seen.peak >> 20, seen.wall_ms);
    let (expected, limit) = match hostile.expected {
        Expected::Refused(reason) => (reason, REFUSED_PEAK),
        Expected::Neutralised | Expected::Inert => ("served", ACCEPTED_PEAK),
    };
    if said != expected {
        return Err(format!("{figures}: expected {expected}"));
    }
    if seen.peak > limit {
        return Err(format!("{figures}: too much memory"));
    }
    if seen.wall_ms > 10_000 {
        return Err(format!("{figures}: too long"));
    }
    let carries = |file: &Vec<u8>| file.windows(PAYLOAD.len()).any(|part| part == PAYLOAD);
    if matches!(hostile.expected, Expected::Neutralised) && seen.files().iter().any(carries) {
        return Err(format!("{figures}: something of it is served"));
    }
    Ok(figures)
}

fn assert_harmless(corpus: &[Hostile], at_least: usize) {
    assert!(corpus.len() >= at_least, "{} files", corpus.len());
    let mut wrong = Vec::new();
    for hostile in corpus {
        match judged(hostile) {
            Ok(figures) => println!("{}: {figures}", hostile.name),
            Err(figures) => wrong.push(format!("{}: {figures}", hostile.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hostile_pictures_are_refused_or_neutralised() {
    assert_harmless(&pictures::all(), 55);
}

#[test]
fn what_formats_allow_and_nobody_expects_harms_nobody() {
    use further_pictures::{avifs, gifs, jpegs, pngs, webps};
    let corpus: Vec<Hostile> = [jpegs(), pngs(), gifs(), webps(), avifs()].into_iter().flatten().collect();
    assert_harmless(&corpus, 40);
}

#[test]
fn hostile_recordings_are_refused_or_neutralised_and_nobody_hears_of_them() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    assert_harmless(&recordings::all(server.local_addr().unwrap().port()), 26);
    assert_harmless(&further_recordings::recordings(server.local_addr().unwrap().port()), 14);
    let heard = server.accept();
    assert!(heard.is_err(), "something was asked for: {heard:?}");
}

#[test]
fn hostile_documents_harm_nobody() {
    assert_harmless(&documents::all(), 11);
    assert_harmless(&further_recordings::documents(), 11);
}
