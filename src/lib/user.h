/* SPDX-License-Identifier: MIT */
#ifndef NATU_USER_H
#define NATU_USER_H

#include <stdbool.h>
#include <stdint.h>

/* The names of users, asked for once each. Names come from wherever this machine has them
 * (the name service switch), so asking may read files and use the network. */
struct natu_users;

/* NULL without memory. */
struct natu_users *natu_users_new(void);
void natu_users_free(struct natu_users *users);

/* False if there is no user by that name; true also where that cannot be told. */
bool natu_user_exists(const char *name);

/* The name of a user, which lives as long as the table; NULL if there is none. */
const char *natu_users_name(struct natu_users *users, uint32_t uid);

#endif
