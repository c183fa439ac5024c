/* SPDX-License-Identifier: MIT */
#include "release.h"

#include "test.h"

TEST(versions)
{
	CU_ASSERT(natu_release_is_before("6.1.0-50-amd64", 6, 8));
	CU_ASSERT(natu_release_is_before("5.14.0-427.el9.x86_64", 6, 8));
	CU_ASSERT(natu_release_is_before("4.19", 6, 8));
	CU_ASSERT(natu_release_is_before("6.7.12", 6, 8));
	CU_ASSERT(!natu_release_is_before("6.8.0", 6, 8));
	CU_ASSERT(!natu_release_is_before("6.12.69+deb12-amd64", 6, 8));
	CU_ASSERT(!natu_release_is_before("7.0", 6, 8));
	CU_ASSERT(!natu_release_is_before("10.1", 6, 8));
}

TEST(no_versions)
{
	CU_ASSERT(!natu_release_is_before("", 6, 8));
	CU_ASSERT(!natu_release_is_before("gVisor", 6, 8));
	CU_ASSERT(!natu_release_is_before("6", 6, 8));
	CU_ASSERT(!natu_release_is_before("6.x", 6, 8));
	CU_ASSERT(!natu_release_is_before("99999999999999999999.1", 6, 8));
}
