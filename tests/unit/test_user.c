/* SPDX-License-Identifier: MIT */
#include "user.h"

#include <pwd.h>
#include <string.h>

#include "test.h"

TEST(users_have_the_names_of_this_machine)
{
	struct natu_users *users = natu_users_new();
	struct passwd *entry;
	size_t count = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(users);
	setpwent();
	while ((entry = getpwent()) && count < 1000) {
		uint32_t uid = entry->pw_uid;
		const char *name = natu_users_name(users, uid);

		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		CU_ASSERT_STRING_EQUAL(name, getpwuid(uid)->pw_name);
		CU_ASSERT_PTR_EQUAL(natu_users_name(users, uid), name);
		count++;
	}
	endpwent();
	natu_users_free(users);
}

TEST(a_user_without_a_name_has_none)
{
	struct natu_users *users = natu_users_new();

	CU_ASSERT_PTR_NOT_NULL_FATAL(users);
	for (uint32_t uid = 3000000000; uid < 3000001000; uid++)
		if (!getpwuid(uid))
			CU_ASSERT_PTR_NULL(natu_users_name(users, uid));
	natu_users_free(users);
}
