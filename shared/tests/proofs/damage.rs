//! Swapped and mutated ciphertexts: 200,000 and more, none accepted.

use shared::crypto::{Context, EpochKey, Key, OpenFailure, PersonalColumn, open, seal};
use shared::id::{ConversationId, Epoch, KeyringId, MediaId, MessageId, Revision, UserId};
use shared::random::{Random, SystemRandom, bytes};
use uuid::Uuid;

/// Random numbers, many at a time: the operating system need not be asked for each.
struct Numbers(Vec<u8>, usize);

impl Numbers {
    fn new() -> Self {
        Self(Vec::new(), 0)
    }

    fn below(&mut self, bound: usize) -> usize {
        if self.1 + 8 > self.0.len() {
            self.0 = vec![0; 1 << 16];
            SystemRandom.fill(&mut self.0).unwrap();
            self.1 = 0;
        }
        let number = u64::from_be_bytes(self.0[self.1..self.1 + 8].try_into().unwrap());
        self.1 += 8;
        usize::try_from(number % u64::try_from(bound).unwrap()).unwrap()
    }
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(number).unwrap())
}

/// The place of a message that differs from that of any other number in one part at least.
fn place(number: usize) -> Context<'static> {
    Context::Message {
        conversation: ConversationId(id(number % 7)),
        epoch: Epoch(i32::try_from(number % 3).unwrap() + 1),
        message: MessageId(id(number)),
        sender: UserId(id(number % 5)),
        kind: ["text", "image"][number % 2],
        revision: Revision(i32::try_from(number % 4).unwrap() + 1),
    }
}

const SEALED: usize = 400;

/// Every ciphertext in the place of every other, with the key that is right there: 159,600 swaps.
#[test]
fn no_ciphertext_opens_in_the_place_of_another() {
    let key = Key::generate(&SystemRandom).unwrap();
    let sealed: Vec<Vec<u8>> = (0..SEALED)
        .map(|number| {
            seal(&SystemRandom, &key, &place(number), format!("message {number}").as_bytes()).unwrap()
        })
        .collect();
    let mut swaps = 0;
    for (number, sealed) in sealed.iter().enumerate() {
        for other in (0..SEALED).filter(|other| *other != number) {
            assert_eq!(open(&key, &place(other), sealed).unwrap_err(), OpenFailure::Commitment);
            swaps += 1;
        }
        assert_eq!(*open(&key, &place(number), sealed).unwrap(), format!("message {number}").into_bytes());
    }
    assert_eq!(swaps, 159_600);
}

/// Bits turned, bytes changed, pieces exchanged, cut, doubled: 100,000 mutations.
#[test]
fn no_mutated_ciphertext_opens() {
    let key = Key::generate(&SystemRandom).unwrap();
    let mut numbers = Numbers::new();
    let lengths = [0, 1, 15, 16, 17, 64, 300];
    let sealed: Vec<Vec<u8>> = lengths
        .iter()
        .map(|length| seal(&SystemRandom, &key, &place(1), &vec![b'x'; *length]).unwrap())
        .collect();
    let mut mutations = 0;
    while mutations < 100_000 {
        let good = &sealed[numbers.below(sealed.len())];
        let mut bad = good.clone();
        match numbers.below(6) {
            0 => bad[numbers.below(good.len())] ^= 1 << numbers.below(8),
            1 => {
                for _ in 0..=numbers.below(8) {
                    bad[numbers.below(good.len())] = u8::try_from(numbers.below(256)).unwrap();
                }
            }
            // The head of one, the tail of another.
            2 => {
                let other = &sealed[numbers.below(sealed.len())];
                let cut = numbers.below(good.len().min(other.len()));
                bad = [&good[..cut], &other[cut..]].concat();
            }
            3 => bad.truncate(numbers.below(good.len())),
            4 => bad.extend_from_slice(&good[numbers.below(good.len())..]),
            _ => {
                let (one, other) = (numbers.below(good.len()), numbers.below(good.len()));
                bad.swap(one, other);
            }
        }
        if sealed.contains(&bad) {
            continue;
        }
        assert!(open(&key, &place(1), &bad).is_err(), "{bad:?}");
        mutations += 1;
    }
}

/// A ciphertext of one kind of thing is none of any other, whatever ids they share.
#[test]
fn no_kind_of_thing_opens_as_another() {
    let key = Key::generate(&SystemRandom).unwrap();
    let (conversation, epoch) = (ConversationId(id(1)), Epoch(1));
    let contexts = [
        place(1),
        Context::ConversationKey { conversation, epoch, keyring: KeyringId(id(1)) },
        Context::ConversationTitle { conversation, epoch },
        Context::ConversationDescription { conversation, epoch },
        Context::SearchTokens { conversation, epoch },
        Context::PasswordHash { user: UserId(id(1)), version: Revision(1) },
        Context::Media { media: MediaId(id(1)), owner: UserId(id(1)) },
        Context::Personal { user: UserId(id(1)), column: PersonalColumn::Email },
        Context::KeyBackup { deployment: id(1), keyring: KeyringId(id(1)) },
    ];
    for (place, one) in contexts.iter().enumerate() {
        let sealed = seal(&SystemRandom, &key, one, b"secret").unwrap();
        for (other_place, other) in contexts.iter().enumerate() {
            assert_eq!(open(&key, other, &sealed).is_ok(), place == other_place, "{one:?} as {other:?}");
        }
    }
}

/// One leaked epoch key opens that epoch of that conversation and nothing else.
#[test]
fn an_epoch_key_opens_nothing_of_another_epoch() {
    let keys: Vec<EpochKey> = (1..=50)
        .map(|epoch| {
            let key = Key::generate(&SystemRandom).unwrap();
            EpochKey { conversation: ConversationId(id(1)), epoch: Epoch(epoch), key }
        })
        .collect();
    let context = |epoch: Epoch| Context::ConversationTitle { conversation: ConversationId(id(1)), epoch };
    let secret = bytes::<16>(&SystemRandom).unwrap();
    for one in &keys {
        let sealed = seal(&SystemRandom, &one.key, &context(one.epoch), secret.as_slice()).unwrap();
        for other in &keys {
            let opened = open(&other.key, &context(one.epoch), &sealed);
            assert_eq!(opened.is_ok(), one.epoch == other.epoch);
        }
    }
}
