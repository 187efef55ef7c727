//! Members, receipts and unread counts against a model of them in a few lines: whatever people do in whatever order, both say
//! the same.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use testkit::{Somebody, TestApp};

use crate::words::{Act, Group, group};

const PEOPLE: usize = 4;

/// What somebody does; people by their index, places as shares of what there is.
#[derive(Debug, Clone)]
enum Action {
    Send(usize),
    Read(usize, u8),
    Deliver(usize, u8),
    MarkUnread(usize, u8),
    Add(usize, usize),
    Remove(usize, usize),
    Give(usize, usize, &'static str),
    ShowHistory(usize, bool),
    /// A message is deleted for all, by whatever means.
    Delete(u8),
}

fn action() -> impl Strategy<Value = Action> {
    let who = || 0..PEOPLE;
    prop_oneof![
        4 => who().prop_map(Action::Send),
        3 => (who(), any::<u8>()).prop_map(|(who, place)| Action::Read(who, place)),
        1 => (who(), any::<u8>()).prop_map(|(who, place)| Action::Deliver(who, place)),
        2 => (who(), any::<u8>()).prop_map(|(who, place)| Action::MarkUnread(who, place)),
        2 => (who(), who()).prop_map(|(by, whom)| Action::Add(by, whom)),
        2 => (who(), who()).prop_map(|(by, whom)| Action::Remove(by, whom)),
        2 => (who(), who(), prop::sample::select(vec!["owner", "admin", "member"]))
            .prop_map(|(by, whom, role)| Action::Give(by, whom, role)),
        1 => (who(), any::<bool>()).prop_map(|(by, yes)| Action::ShowHistory(by, yes)),
        1 => any::<u8>().prop_map(Action::Delete),
    ]
}

#[derive(Debug, Clone, Copy)]
struct Member {
    role: &'static str,
    /// Orders members by their joining.
    joined: usize,
    hidden: usize,
    delivered: usize,
    read: usize,
    /// After which message everything is unread.
    after: usize,
}

#[derive(Debug, Clone, Copy)]
struct Message {
    sender: usize,
    system: bool,
    deleted: bool,
}

/// A group as it should be. Places are seqs: the first message is 1.
#[derive(Debug)]
struct Model {
    members: [Option<Member>; PEOPLE],
    messages: Vec<Message>,
    history: bool,
    joins: usize,
}

impl Model {
    fn new() -> Self {
        let mut members = [None; PEOPLE];
        let begin = |role, joined| Some(Member { role, joined, hidden: 0, delivered: 0, read: 0, after: 0 });
        (members[0], members[1]) = (begin("owner", 0), begin("member", 0));
        Self { members, messages: Vec::new(), history: true, joins: 1 }
    }

    fn place(&self, share: u8) -> usize {
        // A little beyond the end too.
        usize::from(share) * (self.messages.len() + 2) / 256
    }

    fn unread(&self, who: usize) -> usize {
        let after = self.members[who].map_or(0, |member| member.after);
        let new = self.messages.iter().skip(after);
        new.filter(|message| message.sender != who && !message.system && !message.deleted).count()
    }

    fn write(&mut self, sender: usize, system: bool) {
        let end = self.messages.len();
        self.messages.push(Message { sender, system, deleted: false });
        if let Some(member) = &mut self.members[sender]
            && (member.read, member.after) == (end, end)
        {
            (member.read, member.delivered, member.after) = (end + 1, end + 1, end + 1);
        }
    }

    /// What comes of it: the status that the answer has.
    fn does(&mut self, action: &Action) -> u16 {
        match *action {
            Action::Delete(share) => {
                let place = self.place(share);
                if let Some(message) = self.messages.get_mut(place) {
                    message.deleted = message.deleted || !message.system;
                }
                0
            }
            Action::Send(who) if self.members[who].is_some() => {
                self.write(who, false);
                201
            }
            Action::Read(who, share) | Action::Deliver(who, share) | Action::MarkUnread(who, share) => {
                self.moves(action, who, self.place(share))
            }
            Action::Add(by, whom) => self.adds(by, whom),
            Action::Remove(by, whom) => self.removes(by, whom),
            Action::Give(by, whom, role) => self.gives(by, whom, role),
            Action::ShowHistory(by, yes) => match self.members[by].map(|member| member.role) {
                Some("owner" | "admin") => {
                    self.history = yes;
                    self.write(by, true);
                    200
                }
                Some(_) => 403,
                None => 404,
            },
            Action::Send(_) => 404,
        }
    }

    fn moves(&mut self, action: &Action, who: usize, place: usize) -> u16 {
        let end = self.messages.len();
        let unread = matches!(action, Action::MarkUnread(..));
        if unread && place == 0 {
            return 400;
        }
        let Some(member) = &mut self.members[who] else { return 404 };
        if place > end {
            return 400;
        }
        match action {
            Action::Read(..) => {
                // Reading at or beyond the watermark takes the mark away.
                member.after = if place >= member.read { place } else { member.after.max(place) };
                member.read = member.read.max(place);
                member.delivered = member.delivered.max(place);
            }
            Action::Deliver(..) => member.delivered = member.delivered.max(place),
            _ => member.after = member.after.min((place - 1).max(member.hidden)),
        }
        200
    }

    fn adds(&mut self, by: usize, whom: usize) -> u16 {
        match (self.members[by].map(|member| member.role), self.members[whom]) {
            (None, _) => 404,
            (Some("member"), _) => 403,
            (Some(_), Some(_)) => 200,
            (Some(_), None) => {
                let end = self.messages.len();
                let hidden = if self.history { 0 } else { end };
                let joined = self.joins;
                self.joins += 1;
                self.members[whom] =
                    Some(Member { role: "member", joined, hidden, delivered: end, read: end, after: end });
                self.write(by, true);
                201
            }
        }
    }

    fn removes(&mut self, by: usize, whom: usize) -> u16 {
        let (Some(actor), Some(target)) = (self.members[by], self.members[whom]) else { return 404 };
        if by == whom {
            self.members[by] = None;
            if actor.role == "owner" {
                let live = (0..PEOPLE).filter_map(|who| Some((who, self.members[who]?)));
                // Those of the beginning joined at one moment and are told apart by their ids, which are in order.
                let heir = live.min_by_key(|(who, member)| (member.role != "admin", member.joined, *who));
                if let Some((heir, _)) = heir {
                    self.members[heir].iter_mut().for_each(|member| member.role = "owner");
                }
            }
            self.messages.push(Message { sender: by, system: true, deleted: false });
            return 204;
        }
        if target.role == "owner"
            || actor.role == "member"
            || (actor.role == "admin" && target.role == "admin")
        {
            return 403;
        }
        self.members[whom] = None;
        self.write(by, true);
        204
    }

    fn gives(&mut self, by: usize, whom: usize, role: &'static str) -> u16 {
        let (Some(actor), Some(target)) = (self.members[by], self.members[whom]) else { return 404 };
        if target.role == role && (by == whom || actor.role != "member") {
            return 200;
        }
        if by == whom && actor.role == "owner" {
            return 409;
        }
        let steps_down = by == whom && (actor.role, role) == ("admin", "member");
        let promotes = by != whom && actor.role == "admin" && (target.role, role) == ("member", "admin");
        let rules = by != whom && actor.role == "owner";
        if !(steps_down || promotes || rules) {
            return 403;
        }
        if role == "owner" {
            self.members[by].iter_mut().for_each(|member| member.role = "admin");
        }
        self.members[whom].iter_mut().for_each(|member| member.role = role);
        self.write(by, true);
        200
    }
}

/// The group as it is, with the same people.
struct Real<'a> {
    app: &'a TestApp,
    people: Vec<Somebody>,
    chat: Group,
}

impl<'a> Real<'a> {
    async fn new(app: &'a TestApp) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Relaxed);
        let mut people = Vec::new();
        for who in 0..PEOPLE {
            people.push(app.somebody(&format!("user{who}_{number}")).await);
        }
        // Ids of one millisecond are in no order, which the model needs.
        people.sort_by_key(|one| one.id);
        let chat = group(app, &[&people[0], &people[1]], 0).await;
        Self { app, people, chat }
    }

    async fn does(&self, action: &Action, place: usize) -> u16 {
        let who = |index: usize| &self.people[index];
        let act: Act = match *action {
            Action::Send(by) => self.chat.sends(who(by), "hello"),
            Action::Read(by, _) => self.chat.receipts(who(by), &json!({"read_seq": place})),
            Action::Deliver(by, _) => self.chat.receipts(who(by), &json!({"delivered_seq": place})),
            Action::MarkUnread(by, _) => self.chat.marks_unread(who(by), &json!({"seq": place})),
            Action::Add(by, whom) => self.chat.adds(who(by), &[who(whom)]),
            Action::Remove(by, whom) => self.chat.removes(who(by), who(whom)),
            Action::Give(by, whom, role) => self.chat.gives(who(by), who(whom), role),
            Action::ShowHistory(by, yes) => {
                self.chat.is_updated(who(by), &json!({"history_for_new_members": yes}))
            }
            Action::Delete(_) => {
                sqlx::query(
                    "UPDATE messages SET deleted_at = now(), sealed = NULL
                     WHERE conversation_id = $1 AND seq = $2 AND type <> 'system'",
                )
                .bind(self.chat.0.0)
                .bind(i64::try_from(place).unwrap() + 1)
                .execute(&mut self.app.connect().await)
                .await
                .unwrap();
                return 0;
            }
        };
        act.on(self.app).await.status
    }

    async fn is_as(&self, model: &Model) {
        let mut live = 0;
        for (who, somebody) in self.people.iter().enumerate() {
            let Some(member) = model.members[who] else {
                assert!(self.chat.in_list_of(self.app, somebody).await.is_null());
                continue;
            };
            live += 1;
            let seen = self.chat.in_list_of(self.app, somebody).await;
            let found = ["role", "read_seq", "delivered_seq", "unread_count", "last_seq"]
                .map(|name| seen[name].clone());
            let expected: [Value; 5] = [
                json!(member.role),
                json!(member.read),
                json!(member.delivered),
                json!(model.unread(who)),
                json!(model.messages.len()),
            ];
            assert_eq!(found, expected, "user {who}");
            let page = self.chat.lists_messages(somebody).with_query("limit=100").on(self.app).await.ok();
            assert_eq!(page["items"].as_array().map(Vec::len), Some(model.messages.len() - member.hidden));
        }
        if live > 0 {
            self.chat.is_sound(self.app).await;
        }
    }
}

#[test]
fn whatever_people_do_members_receipts_and_counts_are_as_in_the_model() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::start());
    let config = Config { cases: 64, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let outcome = TestRunner::new(config).run(&prop::collection::vec(action(), 1..40), |actions| {
        runtime.block_on(async {
            let (mut model, real) = (Model::new(), Real::new(&app).await);
            for action in &actions {
                let place = match *action {
                    Action::Read(_, share)
                    | Action::Deliver(_, share)
                    | Action::MarkUnread(_, share)
                    | Action::Delete(share) => model.place(share),
                    _ => 0,
                };
                let status = real.does(action, place).await;
                prop_assert_eq!(status, model.does(action), "{:?}", action);
                if model.members.iter().all(Option::is_none) {
                    break;
                }
            }
            real.is_as(&model).await;
            Ok(())
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
