//! What other crates' tests get: one Postgres for all test processes.

use local::for_tests;

#[test]
fn threads_that_ask_at_once_share_one_postgres() {
    let threads: Vec<_> =
        (0..4).map(|_| std::thread::spawn(|| for_tests::postgres().unwrap().url("postgres"))).collect();
    let urls: Vec<String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(urls.iter().all(|url| *url == urls[0]));
    let port = urls[0].rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()).unwrap();
    assert!(std::net::TcpStream::connect(format!("127.0.0.1:{port}")).is_ok());
}
