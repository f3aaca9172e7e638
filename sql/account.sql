-- Accounts, their sessions, and the link by which the first account is made.

-- name: account_add
-- $1 name text, $2 kept password text, $3 role int, $4 created int -> name text where it is new
INSERT INTO account (name, password, role, created)
VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO NOTHING
RETURNING name;

-- name: account_find
-- $1 name text -> password text, role int
SELECT password, role
  FROM account
 WHERE name = $1;

-- name: account_count
-- -> count int
SELECT COUNT(*)
  FROM account;

-- name: session_add
-- $1 SHA-256 of the token, $2 account text, $3 created int, $4 expires int
INSERT INTO session (token, account, created, expires)
VALUES ($1, $2, $3, $4);

-- name: session_find
-- $1 SHA-256 of the token, $2 now int -> account text, role int
SELECT account.name, account.role
  FROM session
  JOIN account ON account.name = session.account
 WHERE session.token = $1 AND session.expires > $2;

-- name: session_remove
-- $1 SHA-256 of the token -> account text where there was one
DELETE FROM session
 WHERE token = $1
RETURNING account;

-- name: session_expire
-- $1 now int
DELETE FROM session
 WHERE expires <= $1;

-- name: setup_link_clear
DELETE FROM setup_link;

-- name: setup_link_add
-- $1 SHA-256 of the token, $2 expires int
INSERT INTO setup_link (token, expires)
VALUES ($1, $2);

-- name: setup_link_find
-- $1 SHA-256 of the token, $2 now int -> expires int
SELECT expires
  FROM setup_link
 WHERE token = $1 AND expires > $2;

-- name: setup_link_take
-- $1 SHA-256 of the token, $2 now int -> expires int where it was good
DELETE FROM setup_link
 WHERE token = $1 AND expires > $2
RETURNING expires;
