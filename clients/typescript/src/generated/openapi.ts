// Generated from openapi.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users whose name begins with `q`, by name. */
        get: operations["search_users"];
        put?: never;
        /** Registers a user and logs them in. */
        post: operations["register_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own profile. */
        get: operations["get_me"];
        put?: never;
        post?: never;
        /**
         * Erases one's own account.
         * @description Credentials, sessions and personal data go at once. Messages stay with their readers, by a deleted user; groups get another owner. The user name becomes free.
         */
        delete: operations["delete_me"];
        options?: never;
        head?: never;
        /**
         * Changes one's own profile.
         * @description What is left out stays; null clears what may be empty.
         */
        patch: operations["update_me"];
        trace?: never;
    };
    "/v1/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets another password and ends every other session. */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Sets what one appears as and what one is up to.
         * @description What is left out is cleared. From `expires_at` on the status is as if it had never been set.
         */
        put: operations["set_status"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own privacy switches. */
        get: operations["get_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Turns privacy switches. */
        patch: operations["update_settings"];
        trace?: never;
    };
    "/v1/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's newest export, with a link once it is ready. */
        get: operations["get_export"];
        put?: never;
        /**
         * Asks for an archive of everything one may see.
         * @description A worker writes the archive: a ZIP with `profile.json`, `settings.json`, `sessions.json`, `blocks.json`, `audit.json`, `conversations.json` and
         *     `conversations/<id>.jsonl`, one message a line. It is fetched by the link of `GET /v1/users/me/export` and kept for seven days.
         *
         *     There is one at a time. Who asks while one is being made gets that one, and so does who asks within six hours of one that is ready or within an hour of
         *     one that failed.
         */
        post: operations["request_export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom one has blocked, the latest first. */
        get: operations["list_blocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/blocks/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Blocks somebody.
         * @description Neither of the two opens a direct conversation with the other or writes in the one they have, and the blocked one does not see when the other is there.
         */
        put: operations["block_user"];
        post?: never;
        /** Ends a block. */
        delete: operations["unblock_user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Somebody's public profile.
         * @description Of a deleted account only the id is left.
         */
        get: operations["get_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where one is logged in, the latest login first. */
        get: operations["list_sessions"];
        put?: never;
        /**
         * Logs in.
         * @description An unknown user and a wrong password get the same answer after the same time.
         */
        post: operations["create_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Logs out. */
        delete: operations["delete_current_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends one of one's own sessions.
         * @description Ending one that has ended already changes nothing.
         */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gets a new pair of tokens for a refresh token.
         * @description Each refresh token works once. One that comes again ends the whole session, unless it comes within ten seconds and the token that came of it is still unused.
         */
        post: operations["refresh_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own conversations, the one with the latest activity first. */
        get: operations["list_conversations"];
        put?: never;
        /**
         * Opens a direct conversation or creates a group.
         * @description Two users have one direct conversation for ever: opening it again gives the existing one. The creator of a group is its owner and always a member, named or not;
         *     a member who is named twice counts once.
         */
        post: operations["create_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of one's own conversations, with its settings. */
        get: operations["get_conversation"];
        put?: never;
        post?: never;
        /**
         * Deletes a group for all its members.
         * @description For the owner of a group.
         */
        delete: operations["delete_conversation"];
        options?: never;
        head?: never;
        /**
         * Changes a group's title, description, picture and settings.
         * @description For the owner and admins of a group. What is left out stays; `null` clears what may be empty. A system message records it.
         */
        patch: operations["update_conversation"];
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Puts a conversation away, for oneself.
         * @description A new message takes it out again, unless it is muted.
         */
        put: operations["archive_conversation"];
        post?: never;
        /** Takes a conversation out of the archive. */
        delete: operations["unarchive_conversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Mutes a conversation, for oneself.
         * @description Without `until` it is for ever, which is written `9999-12-31T23:59:59.999Z`.
         */
        put: operations["mute_conversation"];
        post?: never;
        /** Unmutes a conversation. */
        delete: operations["unmute_conversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Marks a conversation as one to keep in sight, for oneself. */
        put: operations["pin_conversation"];
        post?: never;
        /** Unpins a conversation. */
        delete: operations["unpin_conversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who belongs to a conversation, those who have been there longest first. */
        get: operations["list_members"];
        put?: never;
        /**
         * Adds members to a group.
         * @description For the owner and admins of a group. Who is a member already stays as they are. A system message records who is new.
         */
        post: operations["add_members"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a member from a group, or leaves it.
         * @description Everybody may leave. Admins remove members, the owner admins too. When the owner leaves, the admin who has been there longest becomes the owner, else the member;
         *     with the last member the group ends and its keys are destroyed. A system message records it.
         */
        delete: operations["remove_member"];
        options?: never;
        head?: never;
        /**
         * Gives a member of a group another role.
         * @description Admins make members admins; the owner also takes that back. An admin can step down. With the role `owner` the owner hands the group over and stays as an admin.
         *     A system message records it.
         */
        patch: operations["update_member"];
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far each member has got and read. */
        get: operations["list_receipts"];
        /**
         * Says how far messages have reached oneself, and how far one has read.
         * @description Watermarks never move back: what is behind them changes nothing. What has been read has been delivered. Beyond the latest message is an error.
         */
        put: operations["update_receipts"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/typing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tells the others that one types, or does so no more.
         * @description Those who are there get the event `typing`, where the conversation has at most `whole_event_members` members. It is forgotten after 15 seconds: say it again every ten. Nothing is stored.
         *     Whoever does not send it to anybody (`send_typing` of the settings) gets the same answer.
         */
        post: operations["send_typing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Marks messages unread again, from one of them on, in one's own view.
         * @description The others see no difference. What is unread already stays unread. Reading on takes the mark along.
         */
        put: operations["mark_unread"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of messages.
         * @description Newest first, also with `before_seq`; oldest first with `after_seq` and `around_seq`. At most one of the three may be given. A message that cannot be decrypted stays in its place with
         *     `text` null and `error` set; one that the caller has deleted for themselves is left out.
         */
        get: operations["list_messages"];
        put?: never;
        /**
         * Sends a message.
         * @description Safe to repeat for ever: the same `client_id` with the same content gives the stored message back with 200. The same `client_id` with other content, or in another conversation, is
         *     an error.
         */
        post: operations["send_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/messages/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One message. */
        get: operations["get_message"];
        put?: never;
        post?: never;
        /**
         * Deletes a message.
         * @description From one's own view, or for everybody, which its author and the group's owner and admins can. Deleted for everybody, it keeps its place and loses its content. Deleting again changes nothing.
         */
        delete: operations["delete_message"];
        options?: never;
        head?: never;
        /**
         * Gives a message another text or caption.
         * @description For its author, as long as the conversation's settings allow. `version` is the one that is to be changed: when the message has another one by now, nothing happens.
         *     What it said before stays in its history; who is mentioned stays as it was.
         */
        patch: operations["edit_message"];
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/messages/{message_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a message said before its edits.
         * @description The latest version first. The version that the message has now is not among them.
         */
        get: operations["get_message_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/messages/{message_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a message has come.
         * @description Among the members other than its sender who were there when it was sent. One who does not send read receipts counts as delivered at the most.
         */
        get: operations["get_message_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Reacts to a message with one emoji.
         * @description Each user has one reaction of a kind; a message has at most 50 kinds. Reacting again changes nothing.
         */
        put: operations["add_reaction"];
        post?: never;
        /**
         * Takes one's own reaction back.
         * @description Taking back what is not there changes nothing.
         */
        delete: operations["remove_reaction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/messages/{message_id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Pins a message for everybody.
         * @description Every member can. A conversation has at most 50 pinned messages. Pinning again changes nothing.
         */
        put: operations["pin_message"];
        post?: never;
        /**
         * Unpins a message for everybody.
         * @description Every member can. Unpinning what is not pinned changes nothing.
         */
        delete: operations["unpin_message"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/messages/{message_id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tells the moderators what is wrong with a message.
         * @description Each user has one report of a message: reporting it again gives that one back with 200.
         */
        post: operations["report_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages with certain words, newest first.
         * @description Every word of `q` must be in the message: the word itself or, from three letters on, its beginning. A `*` after a word says that it is a beginning; with fewer than three letters it is
         *     refused. Case, accents and forms of one letter make no difference. Where words are written without spaces, characters must stand next to each other as in `q`. Texts, captions, and names
         *     and addresses of places are searched; of a very long message only its first words. A page may have fewer messages than asked for, even none, and yet not be the last: the last has no
         *     `next_before_seq`.
         */
        get: operations["search_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What has changed in a conversation.
         * @description In order, after the change `after`; go on with `next` in its place. A message comes as it is now, whatever the change was; of a message that the caller may not see nothing comes.
         *     `limited` says that there is more after `next` already. `reset` says that the log no longer goes back to `after`: load the conversation anew, and go on after `next`.
         */
        get: operations["list_changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The files of a conversation, those of the newest messages first.
         * @description Of messages that the caller may read; the files of one message in its own order.
         */
        get: operations["list_media"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announces an upload and gets a form for it.
         * @description Send the file to `upload.url` as `multipart/form-data`: the fields of `upload.fields`, then the file in a field named `file`. The store takes that form until `upload.expires_at`,
         *     and only for a file of this size and type. Then the file is looked at; the event `media.ready` or `media.failed` tells what came of it, and `GET /v1/media/{media_id}` does.
         *     What no message and no profile holds a day later is deleted. A repeat with the same `Idempotency-Key` gets the same form, whose time may be over.
         */
        post: operations["create_media"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/media/{media_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file, with links that live for minutes.
         * @description For who uploaded it, members who may read a message that holds it, and whoever may see whose picture it is. A link is good for five minutes at the most, for whoever has it, and answers ranges.
         *     Files are served to be saved; only pictures that the service has encoded itself are shown in place.
         */
        get: operations["get_media"];
        put?: never;
        post?: never;
        /** Takes back an upload that no message and no profile holds. */
        delete: operations["delete_media"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that changed for the caller since a token.
         * @description In order and without a gap or a double; go on with `next` in the place of `since`. Without `since`, a snapshot to start from: the caller's conversations as they are now, in pages, then what has changed since the snapshot began.
         *     A change tells what happened to a thing and shows the thing as it is now. Of what the caller may not see nothing comes; who is a member no longer is told that and nothing else. A user who is added to a conversation, which a change `member.added` of them tells, loads that conversation.
         *     What the caller does for themselves alone is told as well, so that their other devices follow: `conversation.flags_updated` (archive, mute, pin), `receipt.updated` of themselves (read, marked unread), `conversation.message_hidden` (deleted from their own view),
         *     `user.updated` (profile, status, privacy switches); `block.updated` says that the list of blocks is another now.
         *     A change comes when every transaction that began to write before it is over: after a moment, usually none.
         *     `limited` says that there may be more after `next` already. `reset` says that the token is too old, or of another database: forget everything and go on with `next`, which leads through a snapshot.
         */
        get: operations["sync"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's devices that are told of messages, the latest first.
         * @description With what a browser needs to become one: `web_push_key` is what `pushManager.subscribe` takes as `applicationServerKey`.
         */
        get: operations["list_devices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Has a device told of messages.
         * @description To be sent at every start of an app or page. The client chooses the id, once for each installation; the same again changes nothing. A token that another
         *     device or user had moves to this one. The device is bound to the session that registers it, and is gone when that ends.
         *
         *     What a device is told names the conversation and the message and says nothing of what was written.
         */
        put: operations["register_device"];
        post?: never;
        /**
         * Has a device told of nothing any more.
         * @description Not needed before logging out. Removing one that is not there changes nothing.
         */
        delete: operations["remove_device"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/realtime/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A ticket that opens one WebSocket.
         * @description Connect to `url` with the query `?ticket=` and the ticket within 30 seconds; it works once. A repeat of this request without an `Idempotency-Key` makes another ticket.
         *     The handshake is answered 401 when the ticket is none, was used, or its session has ended, and 429 (`too_many_sockets`) when the session has as many sockets as `sockets` of the limits.
         *     A socket lives two hours at the most, and ten minutes without a frame. When it is open, read what changed before: a socket tells of what happens from then on, as well as it can, and the change
         *     feeds have everything.
         *     What is sent over it, either way, is a JSON object: `ClientFrame` from the client, `ServerFrame` from the server.
         */
        post: operations["create_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Users by name, for moderators, admins and auditors.
         * @description At most one of `q`, `role` and `suspended` may be given.
         */
        get: operations["list_admin_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes a role, suspends a user or lets them in again.
         * @description Roles are changed by admins; moderators suspend users, admins anybody. A suspended user is out at once, and the sessions of before stay ended. The last admin stays.
         */
        patch: operations["update_admin_user"];
        trace?: never;
    };
    "/v1/admin/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What members have reported, newest first, for moderators and admins.
         * @description Each with its message as it is now, also for moderators who are no members of the conversation; reading them is a security event.
         */
        get: operations["list_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/reports/{report_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Notes what was done about a report.
         * @description For moderators and admins. A report that was handled may be opened again.
         */
        patch: operations["update_report"];
        trace?: never;
    };
    "/v1/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Security events, newest first, for admins and auditors.
         * @description Filters may be combined. A page can have fewer items than asked for, even none, and still have a `next_cursor`, where few of the events that it looked at are wanted.
         *     Items of all pages, one a line, are an export that `cargo run -- verify-audit` checks.
         */
        get: operations["list_audit_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Checks the audit log against its hashes, its events and the signed checkpoints, for admins and auditors.
         * @description Checks up to `limit` entries after `after_seq`. Go on with `next_after_seq` until it is absent; the log is whole if every answer was `valid`.
         *     What is found is answered with 200, recorded as `audit_verify_fail` and logged as an error.
         */
        get: operations["verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The webhooks, the newest first, for admins and auditors. */
        get: operations["list_webhooks"];
        put?: never;
        /**
         * Has an address outside told of events.
         * @description A delivery is a POST of a `WebhookDelivery`, signed as [Standard Webhooks](https://www.standardwebhooks.com) has it: the header `webhook-signature` holds, after
         *     `v1,` and with spaces between several, the Base64 of HMAC-SHA-256 over `webhook-id`, `webhook-timestamp` and the body, with dots between. The key is what comes after
         *     `whsec_` in `secret`, from Base64.
         *
         *     Any status 2xx within ten seconds is success. Otherwise it comes again, eight times in about an hour, under the same `webhook-id`; a receiver may be told more than once
         *     and in another order. 410 disables the webhook at once, a day without success too. Redirects are not followed, and only public addresses are called.
         */
        post: operations["create_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A webhook, for admins and auditors. */
        get: operations["get_webhook"];
        put?: never;
        post?: never;
        /** Ends a webhook. What it was not told yet it never is. */
        delete: operations["delete_webhook"];
        options?: never;
        head?: never;
        /**
         * Changes a webhook.
         * @description What is left out stays. A webhook that is enabled again has a day, whatever was before.
         */
        patch: operations["update_webhook"];
        trace?: never;
    };
    "/v1/admin/webhooks/{webhook_id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives a webhook a new secret.
         * @description For 24 hours deliveries have two signatures, one with the secret of before.
         */
        post: operations["rotate_webhook_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a webhook told of a `webhook.test`, enabled or not. */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a webhook was told in the last seven days, the newest first, for admins and auditors. */
        get: operations["list_webhook_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened in each hour, all users together, for moderators, admins and auditors.
         * @description Hours are counted every ten minutes and are final an hour after their end. The oldest comes first.
         */
        get: operations["get_analytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What waits in each queue and what its workers have done within the last hour, for admins and auditors.
         * @description How much is in a queue is approximate, as SQS says it, and right within a minute.
         */
        get: operations["list_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/workers/{queue}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts the dead letters of a queue back, for admins.
         * @description Up to a thousand a call; repeat it until `complete`. Safe to repeat: what has been put back is not among the dead letters any more, and what is worked on twice has one effect.
         *     What fails five times again is among the dead letters again.
         */
        post: operations["redrive_queue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a copy of the keyring, for admins.
         * @description Ciphertext only, made authentic by a key of the copy itself. It goes into the deployment's locked bucket and into the answer; `document` is what
         *     `POST /v1/admin/keys/restore` takes. A copy is taken by itself too, within a minute of each change.
         */
        post: operations["backup_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts a copy of the keyring back, for admins.
         * @description The copy must be whole, authentic, of this deployment, and have every key that is in use now; each of its keys must open, by its own KMS key or by the recovery
         *     key. Else nothing is changed. Keys that are there and open stay; safe to repeat.
         */
        post: operations["restore_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keyring keys, what is sealed under them, their use and their rotations, for admins and auditors.
         * @description No bytes of any key. Use is what environments have counted, a minute late at the most.
         */
        get: operations["list_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Has keys replaced, for admins.
         * @description `keyring`: another key seals from now on, of one `purpose` or of each, and a worker seals again what is sealed under the old one. `kms_key`: the same keys
         *     are wrapped again, under the KMS key that the deployment is configured with. `epochs`: the next thing that is said in a conversation, or in each, is
         *     sealed under another key. `all`: `keyring` and `epochs` for everything. What is being replaced already is answered as it is: a repeat begins nothing new.
         */
        post: operations["request_rotation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the service can do its work, dependency by dependency. */
        get: operations["check_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every limit that a client can run into. */
        get: operations["get_limits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["get_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swagger/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document as a page that lets one try every call.
         * @description The page is `/swagger/index.html`; the other files are its parts. Whoever logs in on it is logged in for its other calls.
         */
        get: operations["get_swagger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/demo/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A chat in the browser, the reference of a client.
         * @description The page is `/demo/index.html`; the other files are its parts.
         */
        get: operations["get_demo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Format: uuid
         * @description A UUID of version 7 (RFC 9562), in lower case.
         */
        Id: string;
        /**
         * Format: date-time
         * @description A time of RFC 3339 in UTC with milliseconds.
         */
        Time: string;
        OptionalTime: components["schemas"]["Time"] | null;
        /** @description Opaque. */
        Cursor: string;
        RequestId: string;
        /** @description A place in a conversation, counted from 1 without a gap; 0 before the first. */
        Seq: number;
        SeqBound: number;
        Count: number;
        /** @description Letters of the English alphabet, digits, `_` and `.`. Capitals mean the same as small letters. */
        Username: string;
        /** @description Not one of the most common passwords; no U+0000. */
        Password: string;
        /** @description One line, not only white space. */
        DisplayName: string;
        /** @description Stored encrypted and shown to its owner only. */
        Email: string;
        Registration: {
            username: components["schemas"]["Username"];
            password: components["schemas"]["Password"];
            /** @description The user name, unless given. */
            display_name?: components["schemas"]["DisplayName"] | null;
            email?: components["schemas"]["Email"] | null;
        };
        Credentials: {
            username: components["schemas"]["Username"];
            password: string;
            /** @description What the owner will know this session by. One line, not only white space. */
            device_name?: string | null;
        };
        Session: {
            session_id: components["schemas"]["Id"];
            access_token: string;
            /** @constant */
            token_type: "Bearer";
            /** @description Seconds that the access token lives. */
            expires_in: number;
            refresh_token: string;
        };
        Login: {
            id: components["schemas"]["Id"];
            device_name: string | null;
            /** @description Whether it is the session that asks. */
            current: boolean;
            created_at: components["schemas"]["Time"];
            expires_at: components["schemas"]["Time"];
        };
        Refresh: {
            refresh_token: string;
        };
        SessionWithUser: {
            session_id: components["schemas"]["Session"]["session_id"];
            access_token: components["schemas"]["Session"]["access_token"];
            token_type: components["schemas"]["Session"]["token_type"];
            expires_in: components["schemas"]["Session"]["expires_in"];
            refresh_token: components["schemas"]["Session"]["refresh_token"];
            user: components["schemas"]["OwnProfile"];
        };
        OwnProfile: {
            id: components["schemas"]["Id"];
            /** @description In small letters. */
            username: string;
            display_name: components["schemas"]["DisplayName"];
            bio: components["schemas"]["Bio"];
            avatar_media_id: components["schemas"]["Id"] | null;
            status: components["schemas"]["UserStatus"];
            /**
             * @description What the user may do for the service as a whole.
             * @enum {unknown}
             */
            role: "user" | "admin" | "moderator" | "auditor";
            created_at: components["schemas"]["Time"];
            email: components["schemas"]["Email"] | null;
        };
        ProfileChanges: {
            display_name?: components["schemas"]["DisplayName"] | null;
            bio?: components["schemas"]["Bio"] | null;
            /**
             * Format: uuid
             * @description Null for no picture.
             */
            avatar_media_id?: string | null;
            /** @description Null for none. */
            email?: components["schemas"]["Email"] | null;
        };
        /** @description No control characters but line breaks and tabulators. */
        Bio: string;
        PasswordCheck: {
            password: string;
        };
        PasswordChange: {
            current_password: string;
            new_password: components["schemas"]["Password"];
        };
        ErasureReceipt: {
            receipt_id: components["schemas"]["Id"];
            user_id: components["schemas"]["Id"];
            erased_at: components["schemas"]["Time"];
        };
        NewStatus: {
            presence: components["schemas"]["UserStatus"]["presence"];
            /** @description One line, not only white space. */
            text?: string | null;
            /** @description Exactly one emoji. */
            emoji?: string | null;
            /**
             * Format: date-time
             * @description A time of RFC 3339 in the future.
             */
            expires_at?: string | null;
        };
        Settings: {
            /** @description Whether others learn what one has read. */
            send_read_receipts: boolean;
            /** @description Whether others see that one is typing. */
            send_typing: boolean;
            /** @description Whether others see when one was last there. */
            show_last_seen: boolean;
        };
        SettingsChanges: {
            send_read_receipts?: boolean | null;
            send_typing?: boolean | null;
            show_last_seen?: boolean | null;
        };
        Export: {
            id: components["schemas"]["Id"];
            /**
             * @description It waits, is being made, can be fetched until `expires_at`, or could not be made.
             * @enum {unknown}
             */
            state: "pending" | "running" | "ready" | "failed";
            requested_at: components["schemas"]["Time"];
            finished_at: components["schemas"]["OptionalTime"];
            /** @description Bytes of the archive. */
            size: number | null;
            /** @description Until when the archive is kept. */
            expires_at: components["schemas"]["OptionalTime"];
        };
        ExportWithLink: {
            id: components["schemas"]["Export"]["id"];
            state: components["schemas"]["Export"]["state"];
            requested_at: components["schemas"]["Export"]["requested_at"];
            finished_at: components["schemas"]["Export"]["finished_at"];
            size: components["schemas"]["Export"]["size"];
            expires_at: components["schemas"]["Export"]["expires_at"];
            /** @description Null unless there is something to fetch. */
            download: {
                /**
                 * Format: uri
                 * @description For whoever holds it, without a token.
                 */
                url: string;
                /** @description The end of the link, five minutes from now at the latest. */
                expires_at: components["schemas"]["Time"];
            } | null;
        };
        Block: {
            user_id: components["schemas"]["Id"];
            username: string;
            display_name: components["schemas"]["DisplayName"];
            created_at: components["schemas"]["Time"];
        };
        PublicProfile: {
            id: components["schemas"]["Id"];
            /** @description Null once the account is deleted. */
            username: string | null;
            display_name: components["schemas"]["DisplayName"];
            bio: components["schemas"]["Bio"];
            avatar_media_id: components["schemas"]["Id"] | null;
            status: components["schemas"]["PublicStatus"];
            /** @description Null where the user hides it. */
            last_seen_at: components["schemas"]["OptionalTime"];
            created_at: components["schemas"]["Time"];
            deleted: boolean;
        };
        PublicStatus: {
            /**
             * @description `offline` for one who has not been seen for five minutes, who is invisible, or who has blocked the caller.
             * @enum {unknown}
             */
            presence: "online" | "away" | "busy" | "offline";
            text: string | null;
            emoji: string | null;
            expires_at: components["schemas"]["OptionalTime"];
        };
        UserStatus: {
            /**
             * @description What the user has chosen to appear as.
             * @enum {unknown}
             */
            presence: "online" | "away" | "busy" | "invisible";
            text: string | null;
            emoji: string | null;
            expires_at: components["schemas"]["OptionalTime"];
        };
        NewConversation: components["schemas"]["NewDirectConversation"] | components["schemas"]["NewGroup"];
        NewDirectConversation: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "direct";
            /** @description The other one; not oneself. */
            member_ids: string[];
        };
        NewGroup: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "group";
            title: components["schemas"]["Title"];
            /** @description The first members besides the creator. */
            member_ids: string[];
        };
        /** @description One line, not only white space. */
        Title: string;
        /** @description A conversation as one of its members sees it. */
        Conversation: {
            id: components["schemas"]["Id"];
            /** @enum {unknown} */
            type: "direct" | "group";
            /** @description Null for a direct conversation, and where it cannot be decrypted. */
            title: components["schemas"]["Title"] | null;
            avatar_media_id: components["schemas"]["Id"] | null;
            /**
             * @description The caller's role.
             * @enum {unknown}
             */
            role: "owner" | "admin" | "member";
            member_count: components["schemas"]["Count"];
            /** @description The `seq` of the latest message. */
            last_seq: components["schemas"]["Seq"];
            /** @description The latest visible change. */
            change_seq: components["schemas"]["Seq"];
            last_message: components["schemas"]["Message"] | null;
            unread_count: components["schemas"]["Count"];
            mention_count: components["schemas"]["Count"];
            /** @description The latest message that the caller has read. */
            read_seq: components["schemas"]["Seq"];
            /** @description The latest message that has reached one of the caller's devices. */
            delivered_seq: components["schemas"]["Seq"];
            archived: boolean;
            muted_until: components["schemas"]["OptionalTime"];
            pinned: boolean;
            /** @description When the latest activity was. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description A conversation as one of its members sees it, with its settings. */
        ConversationDetails: {
            id: components["schemas"]["Conversation"]["id"];
            type: components["schemas"]["Conversation"]["type"];
            title: components["schemas"]["Conversation"]["title"];
            avatar_media_id: components["schemas"]["Conversation"]["avatar_media_id"];
            role: components["schemas"]["Conversation"]["role"];
            member_count: components["schemas"]["Conversation"]["member_count"];
            last_seq: components["schemas"]["Conversation"]["last_seq"];
            change_seq: components["schemas"]["Conversation"]["change_seq"];
            last_message: components["schemas"]["Conversation"]["last_message"];
            unread_count: components["schemas"]["Conversation"]["unread_count"];
            mention_count: components["schemas"]["Conversation"]["mention_count"];
            read_seq: components["schemas"]["Conversation"]["read_seq"];
            delivered_seq: components["schemas"]["Conversation"]["delivered_seq"];
            archived: components["schemas"]["Conversation"]["archived"];
            muted_until: components["schemas"]["Conversation"]["muted_until"];
            pinned: components["schemas"]["Conversation"]["pinned"];
            updated_at: components["schemas"]["Conversation"]["updated_at"];
            /** @description Null where there is none, and where it cannot be decrypted. */
            description: components["schemas"]["Description"] | null;
            /** @description Seconds after sending in which an author may edit. Null is always. */
            edit_window_s: number | null;
            who_can_post: components["schemas"]["Posters"];
            /** @description Seconds that messages are kept. Null is for ever. */
            retention_s: number | null;
            /** @description Whether those who join see what was said before. */
            history_for_new_members: boolean;
            created_at: components["schemas"]["Time"];
        };
        /** @description Of one line or several. */
        Description: string;
        /**
         * @description Who sends messages, everybody or only the owner and admins.
         * @enum {unknown}
         */
        Posters: "all" | "admins";
        /** @description What is left out stays. */
        ConversationChanges: {
            title?: components["schemas"]["Title"] | null;
            description?: components["schemas"]["ConversationDetails"]["description"];
            avatar_media_id?: components["schemas"]["Id"] | null;
            edit_window_s?: components["schemas"]["ConversationDetails"]["edit_window_s"];
            who_can_post?: components["schemas"]["Posters"] | null;
            retention_s?: components["schemas"]["ConversationDetails"]["retention_s"];
            history_for_new_members?: boolean | null;
        };
        /** @description What a member has done with a conversation for themselves. */
        ConversationFlags: {
            conversation_id: components["schemas"]["Id"];
            archived: boolean;
            muted_until: components["schemas"]["OptionalTime"];
            pinned: boolean;
        };
        NewMute: {
            /**
             * Format: date-time
             * @description Until when; for ever, unless given. In the future.
             */
            until?: string | null;
        };
        /** @enum {unknown} */
        MemberRole: "owner" | "admin" | "member";
        /** @description A member of a conversation. */
        Member: {
            user_id: components["schemas"]["Id"];
            /** @description Null once the account is deleted. */
            username: string | null;
            display_name: components["schemas"]["DisplayName"];
            role: components["schemas"]["MemberRole"];
            joined_at: components["schemas"]["Time"];
        };
        NamedMembers: {
            items: components["schemas"]["Member"][];
        };
        NewMembers: {
            user_ids: string[];
        };
        NewMemberRole: {
            role: components["schemas"]["MemberRole"];
        };
        /** @description How far a member has got and read. */
        Receipt: {
            user_id: components["schemas"]["Id"];
            delivered_seq: components["schemas"]["Seq"];
            /** @description Null where the member does not say. */
            read_seq: components["schemas"]["Seq"] | null;
        };
        /** @description How far one has got and read oneself, and what is unread in one's own view. */
        OwnReceipt: {
            user_id: components["schemas"]["Id"];
            delivered_seq: components["schemas"]["Seq"];
            read_seq: components["schemas"]["Seq"];
            unread_count: components["schemas"]["Count"];
        };
        NewReceipts: {
            /** Format: int64 */
            delivered_seq?: number | null;
            /** Format: int64 */
            read_seq?: number | null;
        };
        UnreadMark: {
            /**
             * Format: int64
             * @description The first message that is unread.
             */
            seq: number;
        };
        /** @description What a message says goes with its type: `text` with `text`; `media_ids` with `image`, `video`, `audio` and `file`, with a caption in `text` or without; `location` with `location`. */
        NewMessage: {
            /**
             * Format: uuid
             * @description The client's name for this message, new for each message.
             */
            client_id: string;
            /** @enum {unknown} */
            type: "text" | "image" | "video" | "audio" | "file" | "location";
            text?: components["schemas"]["Text"] | null;
            /** @description Uploads of the caller's that are ready, of the message's kind, each once. */
            media_ids?: string[] | null;
            location?: components["schemas"]["NewLocation"] | null;
            /**
             * Format: uuid
             * @description The message of the same conversation that this one answers.
             */
            reply_to?: string | null;
            /** @description Members, or `all`. */
            mentions?: (string | "all")[] | null;
            /** @description Seconds until the message disappears. */
            expires_in_s?: number | null;
        } & ({
            /** @constant */
            type?: "text";
            text: string;
            media_ids?: unknown;
            location?: null;
        } | {
            /** @enum {unknown} */
            type?: "image" | "video" | "audio" | "file";
            media_ids: unknown[];
            location?: null;
        } | {
            /** @constant */
            type?: "location";
            location: Record<string, unknown>;
            text?: null;
            media_ids?: unknown;
        });
        MessageEdit: {
            text: components["schemas"]["Text"];
            /** @description The version that is to be changed. */
            version: number;
        };
        /** @description What a message said before an edit. */
        MessageVersion: {
            version: number;
            text: components["schemas"]["Text"] | null;
            /**
             * @description Present where it cannot be decrypted.
             * @constant
             */
            error?: "undecryptable";
            /** @description When it was written. */
            created_at: components["schemas"]["Time"];
        };
        MessageStatus: {
            /**
             * @description `read` and `delivered` mean all those it was sent to; the counts say the rest.
             * @enum {unknown}
             */
            status: "sent" | "delivered" | "read";
            delivered_count: components["schemas"]["Count"];
            read_count: components["schemas"]["Count"];
            /** @description Those it was sent to. */
            member_count: components["schemas"]["Count"];
            members: {
                user_id: components["schemas"]["Id"];
                /** @description The latest message that has reached one of the member's devices. */
                delivered_at_seq: components["schemas"]["Seq"];
                /** @description The latest message that the member has read; null for one who does not send read receipts. */
                read_at_seq: number | null;
                /** @enum {unknown} */
                status: "sent" | "delivered" | "read";
            }[];
        };
        NewReport: {
            reason: components["schemas"]["ReportReason"];
            comment?: string | null;
        };
        /** @enum {unknown} */
        ReportReason: "spam" | "harassment" | "violence" | "sexual" | "illegal" | "other";
        Report: {
            id: components["schemas"]["Id"];
            message_id: components["schemas"]["Id"];
            reason: components["schemas"]["ReportReason"];
            /** @enum {unknown} */
            status: "open" | "resolved" | "dismissed";
            created_at: components["schemas"]["Time"];
        };
        /** @description A report as moderators see it. */
        HandledReport: {
            id: components["schemas"]["Id"];
            conversation_id: components["schemas"]["Id"];
            message_id: components["schemas"]["Id"];
            reporter_id: components["schemas"]["Id"];
            reason: components["schemas"]["ReportReason"];
            comment: string | null;
            /** @enum {unknown} */
            status: "open" | "resolved" | "dismissed";
            created_at: components["schemas"]["Time"];
            /** @description Who set the status last; `null` while it is open. */
            handled_by: components["schemas"]["Id"] | null;
            handled_at: components["schemas"]["Time"] | null;
            /** @description The message as it is now; `null` once its conversation is gone. */
            message: components["schemas"]["Message"] | null;
        };
        Changes: {
            /** @description The change to go on after. */
            next: components["schemas"]["Seq"];
            changes: components["schemas"]["Change"][];
            /** @description Whether there is more after `next` already. */
            limited: boolean;
            /** @description Whether the log no longer goes back to `after`. */
            reset: boolean;
        };
        Change: {
            change_seq: number;
            /** @description As the type of the socket event. */
            type: string;
            at: components["schemas"]["Time"];
            data: components["schemas"]["Message"] | {
                conversation_id: components["schemas"]["Id"];
                /** @description Whom it happened to, if anybody. */
                user_id: components["schemas"]["Id"] | null;
            };
        };
        AccountChanges: {
            /** @description The token to go on with. */
            next: string;
            changes: components["schemas"]["AccountChange"][];
            /** @description Whether there may be more after `next` already. */
            limited: boolean;
            /** @description Whether everything is to be forgotten and read anew with `next`. */
            reset: boolean;
        };
        AccountChange: {
            /** @description The change of the conversation; null where the event is none. */
            change_seq: number | null;
            /** @description As the type of the socket event; `conversation.snapshot` of a snapshot. */
            type: string;
            at: components["schemas"]["Time"];
            /** @description Null where it is about the caller's account. */
            conversation_id: components["schemas"]["Id"] | null;
            data: Record<string, unknown>;
        } & (unknown & unknown & unknown & unknown & unknown & unknown & unknown);
        NewTyping: {
            /** @description Whether one types. */
            active: boolean;
        };
        Ticket: {
            ticket: string;
            /**
             * Format: uri
             * @description Where to connect; the ticket goes behind it as `?ticket=`.
             */
            url: string;
            /**
             * @description Seconds.
             * @constant
             */
            expires_in: 30;
        };
        /** @description What a client sends: an action with what it needs, beside each other. `request_id` is the client's own name for it, which the answer repeats. */
        ClientFrame: {
            /** @enum {unknown} */
            action: "ping" | "typing" | "receipts" | "send_message";
            request_id?: string | null;
        } & ({
            /** @constant */
            action?: "ping";
            request_id?: unknown;
        } | {
            /** @constant */
            action?: "typing";
            request_id?: unknown;
            conversation_id: components["schemas"]["Id"];
            /** @description As of `send_typing`. */
            active: boolean;
        } | ({
            /** @constant */
            action?: "receipts";
            request_id?: unknown;
            conversation_id: components["schemas"]["Id"];
            delivered_seq?: components["schemas"]["SeqBound"];
            read_seq?: components["schemas"]["SeqBound"];
        } | unknown | unknown) | {
            /** @constant */
            action?: "send_message";
            conversation_id: components["schemas"]["Id"];
        });
        /** @description An answer to a frame of the client's, or what happened. */
        ServerFrame: components["schemas"]["AnswerFrame"] | components["schemas"]["ErrorFrame"] | components["schemas"]["EventFrame"] | components["schemas"]["EventsFrame"];
        AnswerFrame: {
            /** @constant */
            type: "answer";
            /** @enum {unknown} */
            action: "ping" | "typing" | "receipts" | "send_message";
            request_id: string | null;
            /**
             * @description As over HTTP.
             * @enum {unknown}
             */
            status: 200 | 201 | 202 | 204;
            /** @description As the body over HTTP; null where that has none. Of `ping`, the time. */
            data: Record<string, unknown> | null;
        } & (unknown & unknown);
        /** @description What is wrong with a frame; the socket stays open. */
        ErrorFrame: {
            /** @constant */
            type: "error";
            /**
             * @description Null where it could not be read.
             * @enum {unknown}
             */
            action: "ping" | "typing" | "receipts" | "send_message" | null;
            /** @description Null where it could not be read. */
            request_id: string | null;
            status: number;
            /** @description When to try again. */
            retry_after_s?: number;
            problem: components["schemas"]["Problem"];
        };
        /** @description Several events at once, in their order. */
        EventsFrame: {
            /** @constant */
            type: "events";
            events: components["schemas"]["EventFrame"][];
        };
        /**
         * @description Something that happened; `data` is what the change feeds show of it. An event may come twice and before an earlier one: `change_seq` tells. When it jumps, read the changes.
         *     `conversation.changed` says that a conversation has come to `change_seq`, without saying how: of conversations with more than `whole_event_members` members, and of what is too long for a frame.
         */
        EventFrame: {
            type: string;
            /** @description Null where it is about a user. */
            conversation_id: components["schemas"]["Id"] | null;
            /** @description The change of the conversation; null where the event is none. */
            change_seq: number | null;
            at: components["schemas"]["Time"];
            data: Record<string, unknown>;
        } & ({
            /** @constant */
            type?: "typing";
            data?: {
                conversation_id: components["schemas"]["Id"];
                user_id: components["schemas"]["Id"];
                active: boolean;
                /** @description When it is forgotten. */
                expires_at: components["schemas"]["Time"];
            };
        } | {
            /** @constant */
            type?: "presence.updated";
            data?: {
                user_id: components["schemas"]["Id"];
                status: components["schemas"]["PublicStatus"];
                last_seen_at: components["schemas"]["OptionalTime"];
            };
        } | components["schemas"]["AccountChange"]);
        /** @description Not only white space; no U+0000. */
        Text: string;
        /** @enum {unknown} */
        MessageType: "text" | "image" | "video" | "audio" | "file" | "location" | "system";
        Message: {
            id: components["schemas"]["Id"];
            conversation_id: components["schemas"]["Id"];
            /** @description The message's place in its conversation, without a gap. */
            seq: number;
            /** @description The latest visible change of this message. */
            change_seq: number;
            /** Format: uuid */
            client_id: string;
            sender_id: components["schemas"]["Id"];
            type: components["schemas"]["MessageType"];
            text: components["schemas"]["Text"] | null;
            media: components["schemas"]["Media"][];
            location: components["schemas"]["Location"] | null;
            /** @description The message that this one answers, where the caller may see it. */
            reply_to: components["schemas"]["RepliedMessage"] | null;
            mentions: (components["schemas"]["Id"] | "all")[];
            /** @description By kind, in the order in which each was first given. */
            reactions: components["schemas"]["Reaction"][];
            pinned: boolean;
            /** @description Counts the edits, from 1. */
            version: number;
            created_at: components["schemas"]["Time"];
            edited_at: components["schemas"]["OptionalTime"];
            /** @description When the message was deleted. Such a message has its place and no content. */
            deleted_at: components["schemas"]["OptionalTime"];
            expires_at: components["schemas"]["OptionalTime"];
            /** @description What a message of type `system` records; absent from others. */
            system?: components["schemas"]["SystemAction"];
            /**
             * @description Present where the stored message cannot be decrypted.
             * @constant
             */
            error?: "undecryptable";
        };
        /** @description A change of a group, which the message's sender has made. */
        SystemAction: {
            /** @enum {unknown} */
            action: "members_added" | "member_removed" | "member_left" | "role_changed" | "owner_changed" | "conversation_updated";
            /** @description To whom it was done. */
            user_ids: components["schemas"]["Id"][];
            /** @description The new role, with `role_changed`. */
            role?: components["schemas"]["MemberRole"];
            /** @description Who is the owner now, with `member_left` by the owner. */
            owner_id?: components["schemas"]["Id"];
            /** @description What has changed, with `conversation_updated`. */
            fields?: string[];
            /** @description The new title, with `conversation_updated`. */
            title?: components["schemas"]["Title"];
        };
        /** @description An uploaded file. */
        Media: {
            id: components["schemas"]["Id"];
            /** @enum {unknown} */
            kind: "image" | "video" | "audio" | "file";
            /** @enum {unknown} */
            status: "pending" | "processing" | "ready" | "failed";
            /**
             * @description Present where it failed: why, for ever. `type_mismatch`: it is not what was declared; `unsupported_format`: nothing opens it (HEIC, TIFF, SVG, a video that its container cannot hold); `damaged`; `empty`; `no_pixels`; `too_many_pixels`: over 40 megapixels or 16,384 a side, or an animation over 250 megapixels in all; `too_many_frames`: an animation over 1,000; `too_long`: over six hours, or an animation over ten minutes; `too_complex`: more passes or parts than a real file has; `took_too_long` and `too_much_memory`: to open; `upload_missing`; `size_mismatch` and `checksum_mismatch`: it is not what was announced; `processing_failed`: again and again.
             * @enum {unknown}
             */
            failure?: "checksum_mismatch" | "damaged" | "empty" | "no_pixels" | "processing_failed" | "size_mismatch" | "too_complex" | "too_long" | "too_many_frames" | "too_many_pixels" | "too_much_memory" | "took_too_long" | "type_mismatch" | "unsupported_format" | "upload_missing";
            content_type: string;
            /** @description In bytes. */
            size: number;
            /** @description In pixels. */
            width: number | null;
            /** @description In pixels. */
            height: number | null;
            duration_ms: number | null;
            /** @description A blurred likeness */
            thumbhash: string | null;
            /** @description How loud it is over its length. Present where it is known. */
            waveform?: number[];
            file_name: string | null;
            /** @description Where to get it, for five minutes at the most; null unless it is ready. */
            url: components["schemas"]["Link"] | null;
            /** @description Smaller forms of it. */
            variants: components["schemas"]["MediaVariant"][];
        };
        MediaVariant: {
            /** @description Unique among those of one file. */
            name: string;
            /** @description In pixels. */
            width: number;
            /** @description In pixels. */
            height: number;
            content_type: string;
            url: components["schemas"]["Link"] | null;
        };
        /**
         * Format: uri
         * @description A link for whoever has it, to be followed without a token.
         */
        Link: string;
        /** @description A file, and the message that holds it. */
        HeldMedia: {
            message_id: components["schemas"]["Id"];
            seq: components["schemas"]["Seq"];
            sender_id: components["schemas"]["Id"];
            created_at: components["schemas"]["Time"];
            media: components["schemas"]["Media"];
        };
        NewMedia: {
            /** @enum {unknown} */
            kind: "image" | "video" | "audio" | "file";
            /**
             * @description `image`: `image/jpeg`, `image/png`, `image/gif`, `image/webp`, `image/avif`. `video`: `video/mp4`, `video/quicktime`, `video/webm`.
             *     `audio`: `audio/mpeg`, `audio/mp4`, `audio/ogg`, `audio/wav`, `audio/flac`. `file`: documents of the list that a refusal names; `application/octet-stream` for all others.
             */
            content_type: string;
            /** @description In bytes. */
            size: number;
            /** @description One line, not only white space, without `/`, `\` and marks of direction. */
            file_name?: string | null;
            /** @description The SHA-256 of the file in Base64. What comes is compared with it. */
            checksum_sha256?: string | null;
        };
        AnnouncedMedia: {
            media: components["schemas"]["Media"];
            upload: {
                /** @constant */
                method: "POST";
                url: components["schemas"]["Link"];
                /** @description To be sent before the file, which comes in a field named `file`. */
                fields: {
                    [key: string]: string;
                };
                expires_at: components["schemas"]["Time"];
            };
        };
        NewLocation: {
            latitude: number;
            longitude: number;
            accuracy_m?: number | null;
            /** @description One line, not only white space. */
            name?: string | null;
            /** @description One line, not only white space. */
            address?: string | null;
        };
        Location: {
            latitude: number;
            longitude: number;
            accuracy_m: number | null;
            name: string | null;
            address: string | null;
        };
        RepliedMessage: {
            id: components["schemas"]["Id"];
            seq: number;
            sender_id: components["schemas"]["Id"];
            type: components["schemas"]["MessageType"];
            /** @description The beginning of it; null where there is no text, or none that can be decrypted. */
            text: string | null;
            deleted: boolean;
        };
        Reaction: {
            emoji: string;
            count: number;
            mine: boolean;
        };
        /** @description `token` for `apns` and `fcm`, `subscription` for `web`. */
        NewDevice: {
            /** @constant */
            platform: "apns";
            /** @description The device token in hexadecimal digits. */
            token: string;
            app_id?: components["schemas"]["AppId"];
            locale?: components["schemas"]["Locale"];
        } | {
            /** @constant */
            platform: "fcm";
            /** @description The registration token. */
            token: string;
            app_id?: components["schemas"]["AppId"];
            locale?: components["schemas"]["Locale"];
        } | {
            /** @constant */
            platform: "web";
            subscription: components["schemas"]["WebSubscription"];
            app_id?: components["schemas"]["AppId"];
            locale?: components["schemas"]["Locale"];
        };
        /** @description What `PushSubscription.toJSON()` gives. */
        WebSubscription: {
            /** Format: uri */
            endpoint: string;
            expirationTime?: number | null;
            keys: {
                /** @description The public key: 65 bytes, base64url. */
                p256dh: string;
                /** @description 16 bytes, base64url. */
                auth: string;
            };
        };
        /** @description The app that the token is of, where the deployment has several; for `apns` its topic. */
        AppId: string | null;
        /** @description A language tag (BCP 47), which is handed back with what the device is told. */
        Locale: string | null;
        Device: {
            /** Format: uuid */
            id: string;
            platform: components["schemas"]["PushPlatform"];
            app_id: components["schemas"]["AppId"];
            locale: components["schemas"]["Locale"];
            /** @description Whether it belongs to the session that asks. */
            current: boolean;
            created_at: components["schemas"]["Time"];
            updated_at: components["schemas"]["Time"];
        };
        /** @enum {unknown} */
        PushPlatform: "apns" | "fcm" | "web";
        Devices: {
            items: components["schemas"]["Device"][];
            /** @description What the deployment is set up for. Devices of other platforms are kept and told of nothing. */
            platforms: components["schemas"]["PushPlatform"][];
            /** @description The deployment's public key (RFC 8292), base64url. Null where browsers are not told. */
            web_push_key: string | null;
        };
        /** @enum {unknown} */
        EventType: "conversation.created" | "conversation.deleted" | "conversation.updated" | "media.ready" | "member.added" | "member.removed" | "member.updated" | "message.created" | "message.deleted" | "message.updated" | "reaction.updated";
        NewWebhook: {
            url: components["schemas"]["WebhookUrl"];
            events: components["schemas"]["EventTypes"];
            description?: components["schemas"]["WebhookDescription"] | null;
            /** @default true */
            enabled: boolean | null;
        };
        /** @description What is left out stays. */
        WebhookChanges: {
            url?: components["schemas"]["WebhookUrl"] | null;
            events?: components["schemas"]["EventTypes"] | null;
            description?: components["schemas"]["WebhookDescription"] | null;
            enabled?: boolean | null;
        };
        /**
         * Format: uri
         * @description Begins with `https://`; without user name, password and fragment.
         */
        WebhookUrl: string;
        /** @description What it is for. One line, not only white space. */
        WebhookDescription: string;
        EventTypes: components["schemas"]["EventType"][];
        Webhook: {
            id: components["schemas"]["Id"];
            url: string;
            events: components["schemas"]["EventTypes"];
            /** @description Empty where nothing was said. */
            description: string;
            enabled: boolean;
            /**
             * @description Why the service has disabled it.
             * @enum {unknown}
             */
            disabled_reason: "failing" | "gone" | null;
            /** @description Since when no delivery has succeeded; null after one that has. */
            failing_since: components["schemas"]["OptionalTime"];
            created_at: components["schemas"]["Time"];
            updated_at: components["schemas"]["Time"];
        };
        WebhookWithSecret: {
            id: components["schemas"]["Id"];
            url: string;
            events: components["schemas"]["EventTypes"];
            description: string;
            enabled: boolean;
            disabled_reason: null;
            failing_since: null;
            created_at: components["schemas"]["Time"];
            updated_at: components["schemas"]["Time"];
            secret: components["schemas"]["SigningSecret"];
        };
        WebhookSecret: {
            webhook_id: components["schemas"]["Id"];
            secret: components["schemas"]["SigningSecret"];
        };
        /** @description What deliveries are signed with: after `whsec_`, 32 bytes in Base64. */
        SigningSecret: string;
        /** @description What a webhook is told. Ids only; who needs more reads it, as somebody who may. */
        WebhookDelivery: {
            /**
             * Format: uuid
             * @description The event's. The same at each attempt and for each webhook.
             */
            id: string;
            type: components["schemas"]["EventType"] | "webhook.test";
            timestamp: components["schemas"]["Time"];
            attempt: number;
            data: {
                conversation_id?: components["schemas"]["Id"];
                change_seq?: components["schemas"]["Seq"];
                message_id?: components["schemas"]["Id"];
                user_id?: components["schemas"]["Id"];
            };
        };
        Delivery: {
            id: components["schemas"]["Id"];
            /**
             * Format: uuid
             * @description The `webhook-id` of the delivery.
             */
            event_id: string;
            type: components["schemas"]["WebhookDelivery"]["type"];
            /** @enum {unknown} */
            state: "pending" | "delivered" | "failed";
            attempts: components["schemas"]["Count"];
            /** @description The status of the last answer. */
            status: number | null;
            /**
             * @description Why the last attempt had no answer, or none is made.
             * @enum {unknown}
             */
            failure: "address_not_public" | "unreachable" | "timed_out" | "undecryptable" | "disabled" | null;
            /** @description Milliseconds of the last attempt. */
            duration_ms: number | null;
            created_at: components["schemas"]["Time"];
            /** @description When the next attempt is due; null when there is none. */
            due_at: components["schemas"]["OptionalTime"];
            finished_at: components["schemas"]["OptionalTime"];
        };
        AnalyticsHour: {
            /** @description Its beginning. */
            hour: components["schemas"]["Time"];
            messages: {
                total: components["schemas"]["Count"];
                /** @description Of each type that there was. */
                by_type: {
                    [key: string]: components["schemas"]["Count"];
                };
            };
            /** @description Users who sent something. */
            active_users: components["schemas"]["Count"];
            new_users: components["schemas"]["Count"];
            /** @description Of each type that there was. */
            new_conversations: {
                [key: string]: components["schemas"]["Count"];
            };
            /** @description Uploads that were asked for. */
            media: {
                total: components["schemas"]["Count"];
                bytes: components["schemas"]["Count"];
                failed: components["schemas"]["Count"];
                by_kind: {
                    [key: string]: components["schemas"]["Count"];
                };
            };
            /** @description What members, followers and webhooks were told, by type. */
            events: {
                total: components["schemas"]["Count"];
                by_type: {
                    [key: string]: components["schemas"]["Count"];
                };
            };
            /** @description What was told outside. Missing in hours that were final before this was counted. */
            deliveries?: {
                /** @description Devices, by what their provider made of it. */
                push: {
                    [key: string]: components["schemas"]["Count"];
                };
                /** @description Deliveries that ended. */
                webhooks: {
                    [key: string]: components["schemas"]["Count"];
                };
            };
            /** @description Milliseconds that receivers took for their last answer. */
            webhook_ms?: components["schemas"]["Percentiles"];
            /** @description Milliseconds from an event to its being sent on. */
            publish_ms: components["schemas"]["Percentiles"];
            computed_at: components["schemas"]["Time"];
        };
        /** @description Null where nothing was measured. */
        Percentiles: {
            count: components["schemas"]["Count"];
            p50: number | null;
            p95: number | null;
            p99: number | null;
        };
        AdminUser: {
            id: components["schemas"]["Id"];
            username: string;
            display_name: components["schemas"]["DisplayName"];
            role: components["schemas"]["OwnProfile"]["role"];
            suspended: boolean;
            created_at: components["schemas"]["Time"];
            last_seen_at: components["schemas"]["OptionalTime"];
        };
        AuditEvent: {
            id: components["schemas"]["Id"];
            at: components["schemas"]["Time"];
            /** @description A name of the OWASP Logging Vocabulary, or in its manner. */
            event: string;
            /** Format: uuid */
            actor_id: string | null;
            /** Format: uuid */
            session_id: string | null;
            /** @description Whom or what it was done to. */
            subject: {
                type: string;
                id: components["schemas"]["Id"];
            } | null;
            /** @description Where the request came from. */
            address: string | null;
            request_id: string | null;
            /** @description More of it. Numbers, ids and fixed words. */
            detail: Record<string, unknown>;
            /** @description Its place in the log. Null for about a minute. */
            chain: {
                seq: number;
                /** @description SHA-256 of the hash before, `seq` (8 bytes, big-endian), the time in `entry` (microseconds since 1970, 8 bytes, big-endian) and `entry`. */
                hash: string;
                /** @description What was chained, to the byte. */
                entry: string;
            } | null;
        };
        Worker: {
            queue: string;
            /** @description Tasks that wait for a worker. This and the next two are null where the queue does not say. */
            waiting: number | null;
            /** @description Tasks that are being worked on, or wait to be tried again. */
            in_flight: number | null;
            /** @description Tasks that are among the dead letters now. */
            dead_letters: number | null;
            /** @description How long the oldest task had waited since it was sent, of those taken up within the last hour. Null where none was. */
            oldest_age_ms: number | null;
            /** @description Tasks done within the last hour. */
            processed: number;
            /** @description Attempts that failed within the last hour, `retried` and `dead_lettered` together. */
            failed: number;
            /** @description Attempts that failed and were not the last. */
            retried: number;
            /** @description Attempts that failed and were the last. */
            dead_lettered: number;
            /** @description Durations that 50, 95 and 99 of a hundred tasks did not exceed within the last hour, up to a fifth too long. Null without tasks. */
            duration_ms: {
                p50: number | null;
                p95: number | null;
                p99: number | null;
            };
        };
        KeyBackup: {
            /** @description The object's name in the locked bucket. */
            name: string;
            /** Format: uuid */
            deployment_id: string;
            /** Format: date-time */
            made_at: string;
            /** @description SHA-256 of what is copied, in hexadecimal. */
            digest: string;
            keys: {
                /** Format: uuid */
                id: string;
                /** @enum {unknown} */
                purpose: "content" | "credentials" | "media";
                /** @description Whether it seals new things. */
                active: boolean;
                /** @description Whether the recovery key opens it too. */
                recoverable: boolean;
            }[];
            /** @description The object itself. */
            document: string;
        };
        RestoredKeys: {
            /** Format: uuid */
            deployment_id: string;
            /**
             * Format: date-time
             * @description When the backup was made.
             */
            made_at: string;
            keys: {
                /** Format: uuid */
                id: string;
                /** @enum {unknown} */
                purpose: "content" | "credentials" | "media";
                /**
                 * @description Whether it was there and opens, was missing, or was there and did not open.
                 * @enum {unknown}
                 */
                outcome: "kept" | "added" | "repaired";
                /**
                 * @description What opened the copy.
                 * @enum {unknown}
                 */
                opened_by: "own" | "recovery";
            }[];
        };
        AuditVerification: {
            /** @description Whether nothing is wrong with what was checked. */
            valid: boolean;
            /** Format: uuid */
            chain_id: string;
            checked_from: number;
            /** @description One less than `checked_from` when there was nothing to check. */
            checked_to: number;
            /** @description Where the log ends by its own account. */
            head_seq: number;
            /** @description Whether the check has come to the end of the log. */
            complete: boolean;
            /** @description Where the next call goes on. Absent at the end. */
            next_after_seq?: number;
            /** @description The first hundred. */
            problems: {
                seq: number;
                /** @enum {unknown} */
                kind: "missing_entry" | "wrong_hash" | "missing_event" | "changed_event" | "other_than_signed" | "wrong_head" | "cut_tail" | "bad_checkpoint" | "deleted_checkpoint" | "late_checkpoint" | "second_chain";
            }[];
            problem_count: number;
            /** @description The newest checkpoint with a good signature. */
            checkpoint: {
                seq: number;
                at: components["schemas"]["Time"];
                /** @constant */
                verified: true;
            } | null;
            /** @description Logs of databases before this one, of which there are checkpoints. */
            other_chains: {
                /** Format: uuid */
                id: string;
                seq: number;
                at: components["schemas"]["Time"];
            }[];
        };
        /** @description What is left out stays. */
        AdminUserChanges: {
            role?: components["schemas"]["OwnProfile"]["role"] | null;
            suspended?: boolean | null;
        };
        /** @enum {unknown} */
        KeyPurpose: "content" | "credentials" | "media";
        KeyInventory: {
            /** @description The newest first. */
            items: components["schemas"]["KeyringKey"][];
            /** @description The latest, the newest first. */
            rotations: components["schemas"]["KeyRotation"][];
            /** @description Epochs of any conversation that began before this seal nothing any more; `null` if that was never asked for. */
            epochs_due_at: components["schemas"]["Time"] | null;
        };
        KeyringKey: {
            id: components["schemas"]["Id"];
            purpose: components["schemas"]["KeyPurpose"];
            /**
             * @description `active` seals and opens; `opening` opens until nothing is sealed under it; `retired` is kept for the record.
             * @enum {unknown}
             */
            state: "active" | "opening" | "retired";
            /** @description The ARN of the KMS key that wraps it. */
            kms_key: string;
            created_at: components["schemas"]["Time"];
            age_days: number;
            replaced_at: components["schemas"]["OptionalTime"];
            retired_at: components["schemas"]["OptionalTime"];
            /** @description How many things are sealed under it; 10,000 stands for that many or more. */
            holds: {
                epoch_keys: components["schemas"]["HeldCount"];
                emails: components["schemas"]["HeldCount"];
                passwords: components["schemas"]["HeldCount"];
                kept_answers: components["schemas"]["HeldCount"];
                media: components["schemas"]["HeldCount"];
                reports: components["schemas"]["HeldCount"];
                devices: components["schemas"]["HeldCount"];
                webhooks: components["schemas"]["HeldCount"];
            };
            /** @description By day, the latest first. */
            usage: {
                /**
                 * Format: date
                 * @description UTC.
                 */
                day: string;
                /** @description Things sealed directly under it. */
                seals: number;
                /** @description Things opened that were */
                opens: number;
                /** @description Epoch keys opened. */
                unwraps: number;
                kms_calls: number;
                /** @description What did not open */
                failures: number;
                first_used_at: components["schemas"]["Time"];
                last_used_at: components["schemas"]["Time"];
            }[];
        };
        HeldCount: number;
        KeyRotation: {
            /**
             * Format: uuid
             * @description A UUID.
             */
            id: string;
            /** @enum {unknown} */
            kind: "keyring" | "kms_key";
            purpose: components["schemas"]["KeyPurpose"];
            /** @enum {unknown} */
            state: "waiting" | "running" | "finished";
            /** @description The admin who asked; `null` for the schedule. */
            requested_by: components["schemas"]["Id"] | null;
            requested_at: components["schemas"]["Time"];
            started_at: components["schemas"]["OptionalTime"];
            finished_at: components["schemas"]["OptionalTime"];
            /** @description The key that seals since. */
            keyring_id: components["schemas"]["Id"] | null;
            /** @description Things sealed again, or keys wrapped again, so far. */
            done: number;
            /** @description Those that could not be. */
            failed: number;
        };
        NewRotation: {
            /** @enum {unknown} */
            target: "keyring" | "kms_key" | "epochs" | "all";
            /** @description With `keyring` and `kms_key`; of each purpose otherwise. */
            purpose?: components["schemas"]["KeyPurpose"] | null;
            /** @description With `epochs`; of all conversations otherwise. */
            conversation_id?: string | null;
        };
        Health: {
            /** @enum {unknown} */
            status: "ok" | "degraded";
            /** @description The platforms that devices are told through. Those that are missing are not set up. */
            push: components["schemas"]["PushPlatform"][];
            checks: {
                database: components["schemas"]["HealthCheck"];
                keys: components["schemas"]["HealthCheck"];
            };
        };
        HealthCheck: {
            /** @enum {unknown} */
            status: "ok" | "unavailable";
            /** @description Milliseconds until the dependency answered or was given up. */
            latency_ms: number;
        };
        Limits: {
            /** @description Unicode scalar values of a message's text. */
            text_chars: number;
            /** @description Bytes of a request's body. */
            body_bytes: number;
            /** @description Items of a page unless the client says how many. */
            page_default: number;
            /** @description Items of a page. */
            page_max: number;
            /** @description Members that one call can name. */
            members_per_call: number;
            /** @description Members of a group. */
            members: number;
            /** @description Characters of a group's title. */
            title_chars: number;
            /** @description Characters of a group's description. */
            description_chars: number;
            /** @description Characters of a display name. */
            display_name_chars: number;
            /** @description Characters of a user's words about themselves. */
            bio_chars: number;
            /** @description Characters of a status. */
            status_text_chars: number;
            /** @description Live sessions of a user. */
            sessions: number;
            /** @description Characters of an e-mail address. */
            email_chars: number;
            /** @description Characters of a device's name. */
            device_name_chars: number;
            /** @description Characters of a user name, at least. */
            username_min_chars: number;
            /** @description Characters of a user name, at most. */
            username_max_chars: number;
            /** @description Characters of a password, at least. */
            password_min_chars: number;
            /** @description Characters of a password, at most. */
            password_max_chars: number;
            /** @description Media attached to a message. */
            media_per_message: number;
            /** @description Mentions of a message. */
            mentions_per_message: number;
            /** @description Kinds of reaction to a message. */
            reaction_kinds: number;
            /** @description Pinned messages of a conversation. */
            pins: number;
            /** @description Seconds after which a message disappears. */
            expires_in_s: number;
            /** @description Characters of a place's name. */
            place_name_chars: number;
            /** @description Characters of a place's address. */
            place_address_chars: number;
            /** @description Characters that a reply shows of the message it answers. */
            reply_preview_chars: number;
            /** @description Characters of a report's comment. */
            report_comment_chars: number;
            /** @description Characters of what is searched for. */
            search_chars: number;
            /** @description Words that are searched for at once. */
            search_words: number;
            /** @description Letters of the beginning of a word that finds the word, at least. */
            search_prefix_chars: number;
            /** @description Devices of a user that are told of messages. */
            devices: number;
            /** @description Webhooks of the deployment. */
            webhooks: number;
            /** @description Characters of a URL that is given to be called. */
            url_chars: number;
            /** @description Characters of what a webhook is for. */
            webhook_description_chars: number;
            /** @description Bytes of an upload. */
            upload_bytes: number;
            /** @description Characters of the name of a file. */
            file_name_chars: number;
            /** @description Characters of an `Idempotency-Key`, at most. */
            idempotency_key_chars: number;
            /** @description WebSockets of a session at the same time. */
            sockets: number;
            /** @description Bytes of a frame that a client sends over a WebSocket. */
            frame_bytes: number;
            /** @description Members of a conversation up to which each is told every event whole. */
            whole_event_members: number;
            /** @description How often what may be asked; `login_account` is one account from one address, `upload_bytes` counts bytes. */
            rates: {
                [key: string]: components["schemas"]["Rate"];
            };
        };
        Rate: {
            /** @description How many at once. */
            burst: number;
            /** @description How long until one more. */
            seconds_for_one: number;
        };
        /** @description A problem detail (RFC 9457). */
        Problem: {
            /** Format: uri-reference */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description What happened, for programs. Never changes its meaning. */
            code: string;
            /** @description The same as in the header `x-request-id`. */
            request_id: components["schemas"]["RequestId"];
            /** @description Whether the same request can succeed later. */
            retryable: boolean;
            errors?: components["schemas"]["FieldError"][];
            /** @description The limit that was passed. */
            max?: number;
        };
        InvalidRequestProblem: components["schemas"]["Problem"] & {
            /** @constant */
            status?: 400;
            /** @constant */
            code?: "invalid_request";
        };
        FieldError: {
            /** @description The field, as in `member_ids[3]`, or the path or query parameter; empty for the body as a whole. */
            field: string;
            /** @enum {unknown} */
            code: "required" | "unknown_field" | "wrong_type" | "too_short" | "too_long" | "too_large" | "invalid_format" | "invalid_value" | "common_password" | "unknown_user" | "unknown_media" | "wrong_kind" | "not_ready" | "not_found" | "not_a_member" | "not_for_type" | "not_for_target" | "duplicate" | "not_allowed" | "too_predictable" | "no_words" | "prefix_too_short" | "too_many_words" | "unknown_action" | "unsupported_type";
            message: string;
            /** @description The limit that was passed. */
            max?: number;
        };
        /** @description What the gateway says where it answers before any function runs. */
        GatewayMessage: {
            message: string;
        };
    };
    responses: {
        /** @description The request or its body is not what it must be. */
        BadRequestBody: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidRequestProblem"] | (components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 400;
                    /** @constant */
                    code?: "malformed_json";
                });
            };
        };
        /** @description A part of the path or the query is not what it must be. */
        InvalidRequest: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidRequestProblem"];
            };
        };
        /** @description No valid access token; where none was sent at all, the gateway itself answers. */
        Unauthenticated: {
            headers: {
                "x-request-id": components["headers"]["RequestIdUnlessGateway"];
                "www-authenticate": components["headers"]["ChallengeUnlessGateway"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 401;
                    /** @constant */
                    code?: "unauthenticated";
                };
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description No user has this name and password, or no live session this refresh token. */
        InvalidCredentials: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "www-authenticate": components["headers"]["Challenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 401;
                    /** @constant */
                    code?: "invalid_credentials";
                };
            };
        };
        /** @description The `X-User-ID` header does not name the token's user. */
        UserIdMismatch: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @constant */
                    code?: "user_id_mismatch";
                };
            };
        };
        /** @description There is no such thing, or the caller may not see it. */
        NotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 404;
                    /** @constant */
                    code?: "not_found";
                };
            };
        };
        /** @description The password is wrong, or `X-User-ID` does not name the token's user. */
        WrongPassword: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "wrong_password" | "user_id_mismatch";
                };
            };
        };
        /** @description There is a block between the two, or `X-User-ID` does not name the token's user. */
        NotAllowed: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "not_allowed" | "user_id_mismatch";
                };
            };
        };
        /** @description The role of the caller does not allow it, it is a direct conversation, or `X-User-ID` does not name the token's user. */
        NotYourGroup: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "role_required" | "direct_conversation" | "user_id_mismatch";
                };
            };
        };
        /** @description Without the caller the group would have no owner. */
        OwnerStays: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "owner_stays";
                };
            };
        };
        /** @description The group would have more than `max` members. */
        GroupFull: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "group_full";
                };
            };
        };
        /** @description There is a block between the two, only admins post here, or `X-User-ID` does not name the token's user. */
        SendRefused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "not_allowed" | "role_required" | "user_id_mismatch";
                };
            };
        };
        /** @description Another one wrote it, the time to edit it has passed, only admins post here, there is a block between the two, or `X-User-ID` does not name the token's user. */
        EditRefused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "not_author" | "edit_window_passed" | "role_required" | "not_allowed" | "user_id_mismatch";
                };
            };
        };
        /** @description The message has another version by now, is deleted, or is of a type that has no text. */
        EditConflict: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "stale_version" | "message_deleted" | "message_immutable";
                };
            };
        };
        /** @description What the service itself has written stays. */
        MessageImmutable: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "message_immutable";
                };
            };
        };
        /** @description The message is deleted, or has as many kinds of reaction as it can have. */
        ReactionConflict: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "message_deleted" | "too_many_reactions";
                };
            };
        };
        /** @description The message is deleted, or as many messages are pinned as can be. */
        PinConflict: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "message_deleted" | "too_many_pins";
                };
            };
        };
        /** @description The backup is another deployment's, or lacks a key that is in use. */
        BackupOfAnother: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "backup_of_another_deployment" | "backup_outdated";
                };
            };
        };
        /** @description The backup is not whole, not authentic, or one of its keys does not open. */
        BackupRefused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    code?: "backup_torn" | "backup_not_authentic" | "backup_key_closed";
                };
            };
        };
        /** @description Another one uploaded it, or `X-User-ID` does not name the token's user. */
        NotUploader: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "not_author" | "user_id_mismatch";
                };
            };
        };
        /** @description A message or a profile holds the file. */
        MediaAttached: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "media_attached";
                };
            };
        };
        /** @description Announced too often, or more bytes than there is room for now (`max` is what there is room for at the most), or the gateway takes no more requests at the moment. */
        UploadLimited: {
            headers: {
                "x-request-id": components["headers"]["RequestIdUnlessGateway"];
                "retry-after": components["headers"]["RetryAfterUnlessGateway"];
                "ratelimit-limit": components["headers"]["RateLimitLimit"];
                "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                "ratelimit-reset": components["headers"]["RateLimitReset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 429;
                    /** @enum {unknown} */
                    code?: "rate_limited" | "upload_quota_exceeded";
                    /** @constant */
                    retryable?: true;
                };
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description As many devices of the user are told of messages as can be. */
        TooManyDevices: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "too_many_devices";
                };
            };
        };
        /** @description There are as many webhooks as there can be. */
        TooManyWebhooks: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "too_many_webhooks";
                };
            };
        };
        /** @description There would be no admin any more. */
        LastAdmin: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "last_admin";
                };
            };
        };
        /** @description The role of the caller does not allow it, or `X-User-ID` does not name the token's user. */
        RoleRequired: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "role_required" | "user_id_mismatch";
                };
            };
        };
        /** @description No operation has this method and path. */
        UnknownRoute: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 404;
                    /** @constant */
                    code?: "unknown_route";
                };
            };
        };
        /** @description Another user has this name. */
        UsernameTaken: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "username_taken";
                };
            };
        };
        /** @description The refresh token was used a moment ago, and the token that came of it is still unused. */
        TokenRecentlyRotated: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    code?: "token_recently_rotated";
                };
            };
        };
        /** @description The body is larger than `max` bytes. */
        BodyTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 413;
                    /** @constant */
                    code?: "body_too_large";
                };
            };
        };
        /** @description The body is not declared as `application/json`. */
        UnsupportedMediaType: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 415;
                    /** @constant */
                    code?: "unsupported_media_type";
                };
            };
        };
        /** @description This `client_id` or `Idempotency-Key` belongs to another request. */
        IdempotencyKeyReused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @constant */
                    code?: "idempotency_key_reused";
                };
            };
        };
        /** @description The gateway takes no more requests at the moment. */
        Throttled: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description Asked too often, or the gateway takes no more requests at the moment. */
        RateLimited: {
            headers: {
                "x-request-id": components["headers"]["RequestIdUnlessGateway"];
                "retry-after": components["headers"]["RetryAfterUnlessGateway"];
                "ratelimit-limit": components["headers"]["RateLimitLimit"];
                "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                "ratelimit-reset": components["headers"]["RateLimitReset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 429;
                    /** @constant */
                    code?: "rate_limited";
                    /** @constant */
                    retryable?: true;
                };
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description A fault of the service. */
        Internal: {
            headers: {
                "x-request-id": components["headers"]["RequestIdUnlessGateway"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 500;
                    /** @constant */
                    code?: "internal";
                };
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description A dependency does not answer. The same request can be sent again. */
        Unavailable: {
            headers: {
                "x-request-id": components["headers"]["RequestIdUnlessGateway"];
                "retry-after": components["headers"]["RetryAfterUnlessGateway"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 503;
                    /** @constant */
                    code?: "unavailable";
                    /** @constant */
                    retryable?: true;
                };
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
    };
    parameters: {
        /** @description Not needed. When sent, it must be the id of the token's user. */
        UserIdHeader: string;
        /** @description A conversation that one is a member of. */
        ConversationId: string;
        /** @description A message of the conversation. */
        MessageId: string;
        /** @description An upload of one's own, or in a conversation that one is a member of. */
        MediaId: string;
        /** @description Exactly one emoji, as Unicode lists them. */
        Emoji: string;
        /** @description The name of a queue, as `GET /v1/admin/workers` lists them. */
        Queue: string;
        /** @description A user. */
        UserId: string;
        /** @description Chosen by the client, once for each installation. */
        DeviceId: string;
        /** @description A receiver. */
        WebhookId: string;
        /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
        IdempotencyKey: string;
        /** @description The `next_cursor` of the page before. */
        Cursor: components["schemas"]["Cursor"];
        /** @description How many items the page has at most. */
        Limit: number;
    };
    requestBodies: never;
    headers: {
        /** @description The request's name in the logs. */
        RequestId: components["schemas"]["RequestId"];
        /** @description The request's name in the logs. Absent where the gateway itself answers. */
        RequestIdUnlessGateway: components["schemas"]["RequestId"];
        /** @description Seconds to wait before trying again. Absent where the gateway itself answers. */
        RetryAfterUnlessGateway: number;
        /** @description How many such requests may come at once. Absent where the request took nothing, as a repeat does. */
        RateLimitLimit: number;
        /** @description How many more may come now. Absent where the request took nothing, as a repeat does. */
        RateLimitRemaining: number;
        /** @description Seconds until as many as `RateLimit-Limit` may come again. Absent where the request took nothing, as a repeat does. */
        RateLimitReset: number;
        /** @description Present where the answer is that of an earlier request with the same `Idempotency-Key`. */
        IdempotencyReplayed: "true";
        /** @description How to authenticate (RFC 9110, 11.6.1). */
        Challenge: string;
        /** @description How to authenticate (RFC 9110, 11.6.1). Absent where the gateway itself answers. */
        ChallengeUnlessGateway: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    search_users: {
        parameters: {
            query: {
                /** @description The beginning of a user name. */
                q: string;
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PublicProfile"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    register_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description The new user and their first session. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: components["schemas"]["OwnProfile"];
                        session: components["schemas"]["Session"];
                    };
                };
            };
            400: components["responses"]["BadRequestBody"];
            409: components["responses"]["UsernameTaken"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile, with what only its owner sees. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnProfile"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordCheck"];
            };
        };
        responses: {
            /** @description The receipt; the audit log has an entry of this id. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureReceipt"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["WrongPassword"];
            409: components["responses"]["LastAdmin"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    update_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileChanges"];
            };
        };
        responses: {
            /** @description The whole profile. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnProfile"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description The password is changed. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["WrongPassword"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    set_status: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewStatus"];
            };
        };
        responses: {
            /** @description The status. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserStatus"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_settings: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The switches. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    update_settings: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsChanges"];
            };
        };
        responses: {
            /** @description All switches. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_export: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportWithLink"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    request_export: {
        parameters: {
            query?: never;
            header?: {
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export, new or the one that stands for it. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_blocks: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Block"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    block_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A user. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is blocked. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    unblock_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A user. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is not blocked. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A user. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicProfile"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_sessions: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Login"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    create_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description A new session. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionWithUser"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["InvalidCredentials"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_current_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session of this token has ended; the token is good for nothing from now on. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description One of one's own sessions. */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended; its tokens are good for nothing from now on. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    refresh_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description The same session with new tokens. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionWithUser"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["InvalidCredentials"];
            409: components["responses"]["TokenRecentlyRotated"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_conversations: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only those that one has archived, or only the others. Both, unless given. */
                archived?: boolean;
                /** @description Only those that are muted for oneself now, or only the others. Both, unless given. */
                muted?: boolean;
                /** @description Only those that one has pinned, or only the others. Both, unless given. */
                pinned?: boolean;
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Conversation"][];
                        /** @description Absent at the end. */
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    create_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConversation"];
            };
        };
        responses: {
            /** @description The direct conversation that these two users already have. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description The new conversation. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conversation. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationDetails"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone, and with its keys what was said in it. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotYourGroup"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    update_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversationChanges"];
            };
        };
        responses: {
            /** @description The whole conversation. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationDetails"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotYourGroup"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    archive_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One's own flags. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationFlags"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    unarchive_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, whatever it was before. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    mute_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMute"];
            };
        };
        responses: {
            /** @description One's own flags. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationFlags"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    unmute_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, whatever it was before. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    pin_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One's own flags. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationFlags"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    unpin_conversation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, whatever it was before. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_members: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    add_members: {
        parameters: {
            query?: never;
            header?: {
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMembers"];
            };
        };
        responses: {
            /** @description Those who were named, all of whom were members already. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedMembers"];
                };
            };
            /** @description Those who were named, with the new ones. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedMembers"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotYourGroup"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["GroupFull"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    remove_member: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A user. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are no member any more. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotYourGroup"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    update_member: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A user. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMemberRole"];
            };
        };
        responses: {
            /** @description The member. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotYourGroup"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["OwnerStays"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_receipts: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Receipt"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    update_receipts: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReceipts"];
            };
        };
        responses: {
            /** @description One's own watermarks. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnReceipt"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    send_typing: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTyping"];
            };
        };
        responses: {
            /** @description Told. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    mark_unread: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnreadMark"];
            };
        };
        responses: {
            /** @description One's own watermarks, which stay. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnReceipt"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_messages: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description Messages before this one, the nearest first. */
                before_seq?: components["schemas"]["SeqBound"];
                /** @description Messages after this one, the nearest first. */
                after_seq?: components["schemas"]["SeqBound"];
                /** @description Messages on both sides of this one, and itself, oldest first. */
                around_seq?: components["schemas"]["SeqBound"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Message"][];
                        /** @description Whether older messages than these exist. */
                        has_more_before: boolean;
                        /** @description Whether newer messages than these exist. */
                        has_more_after: boolean;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    send_message: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMessage"];
            };
        };
        responses: {
            /** @description The message that an earlier request with this `client_id` has stored. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description The stored message. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["SendRefused"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_message: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_message: {
        parameters: {
            query?: {
                /** @description For whom. */
                scope?: "me" | "all";
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message is deleted. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["MessageImmutable"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    edit_message: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageEdit"];
            };
        };
        responses: {
            /** @description The message with its new text. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["EditRefused"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_message_history: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MessageVersion"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_message_status: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageStatus"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    add_reaction: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
                /** @description Exactly one emoji, as Unicode lists them. */
                emoji: components["parameters"]["Emoji"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message with the reaction. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ReactionConflict"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    remove_reaction: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
                /** @description Exactly one emoji, as Unicode lists them. */
                emoji: components["parameters"]["Emoji"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no such reaction of the caller. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    pin_message: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pinned message. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["PinConflict"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    unpin_message: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message is not pinned. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    report_message: {
        parameters: {
            query?: never;
            header?: {
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
                /** @description A message of the conversation. */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReport"];
            };
        };
        responses: {
            /** @description The report that the caller has made of this message before. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            /** @description The new report. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    search_messages: {
        parameters: {
            query: {
                /** @description The words. */
                q: string;
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description Messages before this one; the page before says it in `next_before_seq`. */
                before_seq?: components["schemas"]["SeqBound"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Message"][];
                        /** @description Where to go on; absent at the end. */
                        next_before_seq?: number;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_changes: {
        parameters: {
            query?: {
                /** @description The latest change that the client knows; 0 for none. */
                after?: number;
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changes"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_media: {
        parameters: {
            query?: {
                /** @description Of this kind only. */
                kind?: "image" | "video" | "audio" | "file";
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A conversation that one is a member of. */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["HeldMedia"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    create_media: {
        parameters: {
            query?: never;
            header?: {
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMedia"];
            };
        };
        responses: {
            /** @description The file, which is pending, and how to upload it. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncedMedia"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["UploadLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_media: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description An upload of one's own, or in a conversation that one is a member of. */
                media_id: components["parameters"]["MediaId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Media"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_media: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description An upload of one's own, or in a conversation that one is a member of. */
                media_id: components["parameters"]["MediaId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotUploader"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["MediaAttached"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    sync: {
        parameters: {
            query?: {
                /** @description The `next` of an earlier answer. */
                since?: string;
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountChanges"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_devices: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Devices"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    register_device: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description Chosen by the client, once for each installation. */
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDevice"];
            };
        };
        responses: {
            /** @description The device. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            409: components["responses"]["TooManyDevices"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    remove_device: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description Chosen by the client, once for each installation. */
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device is told of nothing. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    create_ticket: {
        parameters: {
            query?: never;
            header?: {
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ticket. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    "ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "ratelimit-reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["UserIdMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_admin_users: {
        parameters: {
            query?: {
                /** @description The beginning of a user name. */
                q?: string;
                /** @description Only users of this role. */
                role?: "moderator" | "admin" | "auditor";
                /** @description Only those who are suspended. */
                suspended?: true;
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AdminUser"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    update_admin_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A user. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdminUserChanges"];
            };
        };
        responses: {
            /** @description The whole user. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUser"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["LastAdmin"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_reports: {
        parameters: {
            query?: {
                /** @description Only reports in this state. */
                status?: "open" | "resolved" | "dismissed";
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. It has fewer items than asked for where messages are very long. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["HandledReport"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    update_report: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A report. */
                report_id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    status: "open" | "resolved" | "dismissed";
                };
            };
        };
        responses: {
            /** @description The whole report. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandledReport"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_audit_events: {
        parameters: {
            query?: {
                /** @description The name of an event. */
                event?: string;
                /** @description Who did it. */
                actor_id?: string;
                /** @description Whom or what it was done to. */
                subject_id?: string;
                /** @description What happened at this time or later. */
                from?: string;
                /** @description What happened before this time. */
                to?: string;
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEvent"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    verify_audit: {
        parameters: {
            query?: {
                /** @description The entry to begin after. */
                after_seq?: number;
                /** @description How many entries are checked at most. */
                limit?: number;
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the check came to. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_webhooks: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Webhook"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    create_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description The webhook with its secret, which is not told again. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            409: components["responses"]["TooManyWebhooks"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A receiver. */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A receiver. */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook is gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    update_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A receiver. */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChanges"];
            };
        };
        responses: {
            /** @description The whole webhook. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotate_webhook_secret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
                /** @description New for each thing to be done. The same request with the same key within 24 hours is not done again and gets the same answer, with `Idempotency-Replayed: true`. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description A receiver. */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret, which is not told again. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "idempotency-replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecret"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A receiver. */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery. What came of it is in the list of deliveries. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_webhook_deliveries: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description A receiver. */
                webhook_id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_analytics: {
        parameters: {
            query?: {
                /** @description Hours that begin at this time or later; a day before `to` unless given. */
                from?: string;
                /** @description Hours that begin before this time, at most 366 days after `from`; now unless given. */
                to?: string;
                /** @description How many items the page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AnalyticsHour"][];
                        next_cursor?: components["schemas"]["Cursor"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_workers: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All queues, the most important first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Worker"][];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    redrive_queue: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path: {
                /** @description The name of a queue, as `GET /v1/admin/workers` lists them. */
                queue: components["parameters"]["Queue"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was moved. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        queue: string;
                        moved: number;
                        /** @description Whether no dead letter is left. */
                        complete: boolean;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    backup_keys: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The copy. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyBackup"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    restore_keys: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The `document` of a backup, as it was answered, or the object in the locked bucket. */
                    document: string;
                };
            };
        };
        responses: {
            /** @description What came of each key. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoredKeys"];
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            409: components["responses"]["BackupOfAnother"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["BackupRefused"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_keys: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The inventory. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyInventory"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    request_rotation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Not needed. When sent, it must be the id of the token's user. */
                "X-User-ID"?: components["parameters"]["UserIdHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRotation"];
            };
        };
        responses: {
            /** @description What is going to be done; `GET /v1/admin/keys` tells how far it is. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        rotations: components["schemas"]["KeyRotation"][];
                        /** @description Epochs that began before this seal nothing any more; `null` unless epochs were asked for. */
                        epochs_due_at: components["schemas"]["Time"] | null;
                    };
                };
            };
            400: components["responses"]["BadRequestBody"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["RoleRequired"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    check_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every dependency answers. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"] & {
                        /** @constant */
                        status?: "ok";
                    };
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            /** @description A dependency does not answer. */
            503: {
                headers: {
                    "x-request-id": components["headers"]["RequestIdUnlessGateway"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": (components["schemas"]["Health"] & {
                        /** @constant */
                        status?: "degraded";
                    }) | components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    get_limits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The limits. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limits"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI document of what is deployed. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_swagger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A file of the page. */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed for clients that take gzip. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "text/javascript": string;
                    "text/css": string;
                    "image/png": unknown;
                };
            };
            /** @description The file is as `If-None-Match` names it. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["UnknownRoute"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_demo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A file of the page. */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed for clients that take gzip. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "text/javascript": string;
                    "text/css": string;
                    "image/svg+xml": string;
                };
            };
            /** @description The file is as `If-None-Match` names it. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["UnknownRoute"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
}
