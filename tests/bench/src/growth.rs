//! The same request while what it is about grows.

use std::sync::Arc;

use serde::Serialize;
use testkit::Somebody;

use crate::bench::Bench;
use crate::endpoints::{CONVERSATIONS, Endpoint, Events, LIST, Place, RECEIPTS, SEND};
use crate::failure::Failure;
use crate::load::{Lane, closed};
use crate::statistics::{Latencies, Summary, median, ratios};

/// How an endpoint's time grows.
#[derive(Debug, Serialize)]
pub struct Growth {
    /// The function.
    pub endpoint: &'static str,
    /// What grows.
    pub of: &'static str,
    /// The size that the others are compared with.
    pub base: u64,
    /// Ascending.
    pub sizes: Vec<Size>,
}

/// One size.
#[derive(Debug, Serialize)]
pub struct Size {
    /// How many there are.
    pub count: u64,
    /// What the rounds came to.
    pub function: Summary,
    /// The median of the rounds' ratios of p50 to the size that the others are compared with.
    pub over_base: f64,
}

impl Growth {
    /// The ratio of the largest size.
    #[must_use]
    pub fn over_base(&self) -> f64 {
        self.sizes.last().map_or(0.0, |size| size.over_base)
    }
}

/// Every series.
pub async fn grow(bench: &mut Bench, quick: bool) -> Result<Vec<Growth>, Failure> {
    let (messages, conversations, members): (&[u64], &[u64], &[u64]) = if quick {
        (&[1_000, 100_000], &[10, 100, 1_000], &[2, 100])
    } else {
        // Ten times as many members as the service allows.
        (&[1_000, 100_000, 1_000_000], &[10, 100, 1_000, 10_000], &[2, 10, 100, 1_000, 10_000])
    };
    let most = members.iter().copied().max().unwrap_or_default();
    let crowd = bench.world.people(usize::try_from(most).unwrap_or(usize::MAX)).await?;
    bench.world.lift_member_limit().await?;
    let mut by_messages = Vec::new();
    for &size in messages {
        let place = bench.world.group(crowd[0], &crowd[1..2]).await?;
        bench.world.fill(place, size).await?;
        by_messages.push((size, place));
    }
    let mut by_conversations = Vec::new();
    for &size in conversations {
        let people = bench.world.people(2).await?;
        by_conversations.push((size, bench.world.join(people[0], people[1], size).await?));
    }
    let mut by_members = Vec::new();
    for &size in members {
        by_members.push((size, of_members(bench, &crowd, size).await?));
    }
    bench.world.settle().await?;
    let mut series = Vec::new();
    for (endpoint, of, sizes, base) in [
        (&SEND, "messages in the conversation", &by_messages, 0),
        (&LIST, "messages in the conversation", &by_messages, 0),
        // Ten do not fill a page, which is less work by itself.
        (&CONVERSATIONS, "conversations of the user", &by_conversations, 1),
        (&SEND, "members of the conversation", &by_members, 0),
        (&LIST, "members of the conversation", &by_members, 0),
    ] {
        series.push(one(bench, endpoint, of, sizes, base).await?);
    }
    for (_, place) in by_messages.iter().chain(&by_members) {
        bench.world.make_room(*place).await?;
    }
    for (of, sizes) in
        [("messages in the conversation", &by_messages), ("members of the conversation", &by_members)]
    {
        series.push(one(bench, &RECEIPTS, of, sizes, 0).await?);
    }
    Ok(series)
}

async fn of_members(bench: &mut Bench, crowd: &[Somebody], size: u64) -> Result<Place, Failure> {
    let size = usize::try_from(size).unwrap_or(usize::MAX).min(crowd.len());
    bench.world.crowd(crowd[0], &crowd[1..size]).await
}

/// One environment asks about each size in turn, round by round.
async fn one(
    bench: &Bench,
    endpoint: &Endpoint,
    of: &'static str,
    sizes: &[(u64, Place)],
    base: usize,
) -> Result<Growth, Failure> {
    let places: Vec<Place> = sizes.iter().map(|(_, place)| *place).collect();
    let environment = bench.lanes(endpoint, &places[..1]).await?.remove(0).environment;
    let lanes = places.iter().map(|place| Lane {
        environment: Arc::clone(&environment),
        events: Arc::new(Events::of(endpoint, *place)),
    });
    let lanes: Vec<Lane> = lanes.collect();
    for lane in &lanes {
        lane.ask().await?;
    }
    let mut rounds: Vec<Vec<Latencies>> = vec![Vec::new(); sizes.len()];
    for _ in 0..bench.pace.rounds {
        for (lane, rounds) in lanes.iter().zip(&mut rounds) {
            rounds.push(closed(std::slice::from_ref(lane), bench.pace.length / 2).await?);
        }
    }
    let p50 = |rounds: &[Latencies]| rounds.iter().map(Latencies::p50).collect::<Vec<_>>();
    let of_base = p50(&rounds[base]);
    let base = sizes[base].0;
    let sizes = sizes.iter().zip(&rounds).map(|((size, _), rounds)| Size {
        count: *size,
        function: Summary::of(rounds),
        over_base: median(&ratios(&p50(rounds), &of_base)),
    });
    Ok(Growth { endpoint: endpoint.name, of, base, sizes: sizes.collect() })
}
