/* SPDX-License-Identifier: MIT */
#include "user.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_SLOTS = 64,
	USERS_MAX = 65536,
	RECORD_FIRST = 4096,
	RECORD_MAX = 1024 * 1024
};

struct user {
	uint32_t uid;
	bool used;
	char *name; /* NULL: there is none */
};

struct natu_users {
	struct user *slots;
	size_t used, size; /* size is a power of 2 */
};

static struct user *find_slot(const struct natu_users *users, uint32_t uid)
{
	size_t at = (uid * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (users->size - 1);

	while (users->slots[at].used && users->slots[at].uid != uid)
		at = (at + 1) & (users->size - 1);
	return &users->slots[at];
}

static bool grow(struct natu_users *users)
{
	struct natu_users larger = { .used = users->used, .size = users->size * 2 };

	larger.slots = calloc(larger.size, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < users->size; i++)
		if (users->slots[i].used)
			*find_slot(&larger, users->slots[i].uid) = users->slots[i];
	free(users->slots);
	*users = larger;
	return true;
}

/* A record of getpwnam_r() or getpwuid_r(), with room for what is in it. */
struct record {
	char *room;
	struct passwd entry, *found; /* NULL: there is none */
};

/* By name, or without one by number. Returns 0 or an errno; the caller frees the room. */
static int look_up(const char *name, uint32_t uid, struct record *record)
{
	int error = ERANGE;

	*record = (struct record){ 0 };
	for (size_t size = RECORD_FIRST; error == ERANGE && size <= RECORD_MAX;
	     size *= 2) {
		char *larger = realloc(record->room, size);

		if (!larger)
			return ENOMEM;
		record->room = larger;
		error = name ? getpwnam_r(name, &record->entry, larger, size,
					  &record->found)
			     : getpwuid_r(uid, &record->entry, larger, size,
					  &record->found);
	}
	return error;
}

bool natu_user_exists(const char *name)
{
	struct record record;
	int error = look_up(name, 0, &record);

	free(record.room);
	return error || record.found;
}

/* A copy of the user's name, or NULL. */
static char *name_of(uint32_t uid)
{
	struct record record;
	char *name = NULL;

	if (!look_up(NULL, uid, &record) && record.found && *record.found->pw_name)
		name = strdup(record.found->pw_name);
	free(record.room);
	return name;
}

struct natu_users *natu_users_new(void)
{
	struct natu_users *users = calloc(1, sizeof(*users));

	if (!users)
		return NULL;
	users->size = FIRST_SLOTS;
	users->slots = calloc(users->size, sizeof(*users->slots));
	if (!users->slots) {
		free(users);
		return NULL;
	}
	return users;
}

const char *natu_users_name(struct natu_users *users, uint32_t uid)
{
	struct user *user = find_slot(users, uid);

	if (user->used)
		return user->name;
	if (users->used == USERS_MAX || (users->used * 2 >= users->size && !grow(users)))
		return NULL;
	user = find_slot(users, uid);
	*user = (struct user){ .uid = uid, .used = true, .name = name_of(uid) };
	users->used++;
	return user->name;
}

void natu_users_free(struct natu_users *users)
{
	if (!users)
		return;
	for (size_t i = 0; i < users->size; i++)
		free(users->slots[i].name);
	free(users->slots);
	free(users);
}
