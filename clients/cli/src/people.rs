//! Names: of people, and of conversations as people call them.

use std::collections::HashMap;

use talkify_client::{
    Client, Conversation, ConversationType, Error, ListConversationsQuery, ListMembersQuery, NewConversation,
    NewDirectConversation, NewDirectConversationType, SearchUsersQuery,
};
use uuid::Uuid;

use crate::failure::Failure;

/// How many items a page has at most.
const PAGE: i64 = 100;

/// The conversation that is meant: by its id, by the name of the other one, or by its title.
pub async fn conversation(client: &Client, named: &str) -> Result<Uuid, Failure> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    if let Some(user_id) = user(client, named).await? {
        let direct =
            NewDirectConversation { type_: NewDirectConversationType::Direct, member_ids: vec![user_id] };
        let opened = client.create_conversation(&NewConversation::DirectConversation(direct)).await?;
        return Ok(opened.id);
    }
    let titled = |conversation: &Conversation| conversation.title.as_deref() == Some(named);
    let mut found = conversations(client).await?.into_iter().filter(titled);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.id),
        (Some(_), Some(_)) => Err(Failure::Several(named.to_owned())),
        (None, _) => Err(Failure::Nobody(named.to_owned())),
    }
}

/// The user of this name. What can be no name is nobody's.
async fn user(client: &Client, name: &str) -> Result<Option<Uuid>, Failure> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
    let name = name.strip_prefix('@').unwrap_or(name).to_ascii_lowercase();
    if !(3..=32).contains(&name.len()) || !name.chars().all(allowed) {
        return Ok(None);
    }
    // By name, so the one that is meant comes before all that it begins.
    let query = SearchUsersQuery { q: name.clone(), limit: Some(1), cursor: None };
    let found = client.search_users(&query).await?.items.into_iter().next();
    Ok(found.filter(|user| user.username.as_deref() == Some(&name)).map(|user| user.id))
}

/// All of the user's conversations.
pub async fn conversations(client: &Client) -> Result<Vec<Conversation>, Failure> {
    let mut query = ListConversationsQuery { limit: Some(PAGE), ..ListConversationsQuery::default() };
    let mut all = Vec::new();
    loop {
        let page = client.list_conversations(&query).await?;
        all.extend(page.items);
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => return Ok(all),
        }
    }
}

/// Names that were looked up already.
#[derive(Default)]
pub struct Names {
    users: HashMap<Uuid, String>,
    conversations: HashMap<Uuid, String>,
}

impl Names {
    /// What a user is called.
    pub async fn user(&mut self, client: &Client, id: Uuid) -> Result<String, Error> {
        if let Some(known) = self.users.get(&id) {
            return Ok(known.clone());
        }
        let name = match client.get_user(id).await {
            Ok(user) => user.username.unwrap_or(user.display_name),
            Err(error) if error.status() == Some(404) => id.to_string(),
            Err(error) => return Err(error),
        };
        Ok(self.users.entry(id).or_insert(name).clone())
    }

    /// What a conversation is called: its title, or the other one's name.
    pub async fn conversation(
        &mut self,
        client: &Client,
        conversation: &Conversation,
    ) -> Result<String, Error> {
        if let Some(known) = self.conversations.get(&conversation.id) {
            return Ok(known.clone());
        }
        let name = match &conversation.title {
            Some(title) => title.clone(),
            None if conversation.type_ == ConversationType::Direct => {
                self.other(client, conversation.id).await?
            }
            None => "(a title that cannot be read)".to_owned(),
        };
        Ok(self.conversations.entry(conversation.id).or_insert(name).clone())
    }

    /// What a conversation is called that only its id is known of.
    pub async fn conversation_of(&mut self, client: &Client, id: Uuid) -> Result<String, Error> {
        if let Some(known) = self.conversations.get(&id) {
            return Ok(known.clone());
        }
        let name = match client.get_conversation(id).await {
            Ok(details) => match details.title {
                Some(title) => title,
                None => self.other(client, id).await?,
            },
            Err(error) if error.status() == Some(404) => id.to_string(),
            Err(error) => return Err(error),
        };
        Ok(self.conversations.entry(id).or_insert(name).clone())
    }

    async fn other(&mut self, client: &Client, conversation_id: Uuid) -> Result<String, Error> {
        let me = client.session().await?.map(|session| session.user_id);
        let query = ListMembersQuery { limit: Some(2), ..ListMembersQuery::default() };
        let members = client.list_members(conversation_id, &query).await?.items;
        let other = members.into_iter().find(|member| Some(member.user_id) != me);
        Ok(other.map_or_else(|| "nobody".to_owned(), |other| other.username.unwrap_or(other.display_name)))
    }
}
