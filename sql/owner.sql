-- Code owners and the lists of keys that they signed.

-- name: owner_add
-- $1 id text, $2 name text, $3 created int -> id text where it is new
INSERT INTO owner (id, name, state, created, version)
VALUES ($1, $2, 'open', $3, 1)
ON CONFLICT (id) DO NOTHING
RETURNING id;

-- name: owner_find
-- $1 id text -> name text, state text, created int, version int, list text, signature bytes, received int
SELECT owner.name, owner.state, owner.created, owner.version,
       key_list.list, key_list.signature, key_list.received
  FROM owner
  JOIN key_list ON key_list.owner = owner.id AND key_list.version = owner.version
 WHERE owner.id = $1;

-- name: owner_list
-- $1 how many -> id text, name text, state text, created int
SELECT id, name, state, created
  FROM owner
 ORDER BY name, id
 LIMIT $1;

-- name: owner_advance
-- $1 the new version int, $2 id text -> id text where its version was the one before
UPDATE owner
   SET version = $1
 WHERE id = $2 AND version = $1 - 1
RETURNING id;

-- name: owner_charge
-- $1 bytes int, $2 id text, $3 version of the keys int, $4 most reports int, $5 most bytes int
-- -> id text where the owner is open, has these keys, and has room
UPDATE owner
   SET reports = reports + 1, bytes = bytes + $1
 WHERE id = $2 AND version = $3 AND state = 'open' AND reports < $4 AND bytes + $1 <= $5
RETURNING id;

-- name: total_charge
-- $1 bytes int, $2 most reports int, $3 most bytes int -> one int where there is room
UPDATE total
   SET reports = reports + 1, bytes = bytes + $1
 WHERE one = 1 AND reports < $2 AND bytes + $1 <= $3
RETURNING one;

-- name: key_list_add
-- $1 owner text, $2 version int, $3 list text, $4 signature bytes, $5 received int
INSERT INTO key_list (owner, version, list, signature, received)
VALUES ($1, $2, $3, $4, $5);

-- name: key_list_find
-- $1 owner text, $2 version int -> list text, signature bytes, received int
SELECT list, signature, received
  FROM key_list
 WHERE owner = $1 AND version = $2;

-- name: key_list_list
-- $1 owner text, $2 how many -> version int, list text, signature bytes, received int
SELECT version, list, signature, received
  FROM key_list
 WHERE owner = $1
 ORDER BY version DESC
 LIMIT $2;
