/* SPDX-License-Identifier: MIT */
/*
 * Every rule of cs/rules.def, broken on purpose, each on a stream of its own. The list of cases is
 * checked against the .def file: a rule without a case fails here. What breaking one does to the
 * stream is in the other cs tests.
 */
#include "check.h"
#include "cs_rig.h"

#include "gpu/strict.h"

#define SYSTEM 0 /* scope of a sync operation */

static void load_before_wait(struct rig *r)
{
	RIG_JOB(r, e_move(2, RIG_DATA_VA), e_load(4, 1, 2, 0), e_add32(6, 4, 0), e_wait(1));
}

static void store_overwrite(struct rig *r)
{
	RIG_JOB(r, e_move(2, RIG_DATA_VA), e_store(4, 1, 2, 0), e_move32(4, 8), e_wait(1));
}

static void defer_self(struct rig *r)
{
	RIG_JOB(r, e_move(2, RIG_DATA_VA), e_sync(52, 0, SYSTEM, 4, 2, 1 << 5, 5));
}

static void wait_absent(struct rig *r)
{
	RIG_JOB(r, e_move(2, RIG_DATA_VA), e_sync(52, 0, SYSTEM, 4, 2, 1 << 8, 0), e_wait(1));
}

static void reserved_bits(struct rig *r)
{
	RIG_JOB(r, e_add32(1, 2, 3) | 1ull << 32);
}

static void ring_overrun(struct rig *r)
{
	uint64_t cost;

	r->input[0] = RIG_RING_SIZE + 8;
	rig_run(r, 1, &cost);
}

static const struct {
	enum strict_rule rule;
	void (*fn)(struct rig *r);
} cases[] = {
    {RULE_CS_LOAD_BEFORE_WAIT, load_before_wait},
    {RULE_CS_STORE_OVERWRITE, store_overwrite},
    {RULE_CS_DEFER_SELF, defer_self},
    {RULE_CS_WAIT_ABSENT, wait_absent},
    {RULE_CS_RESERVED_BITS, reserved_bits},
    {RULE_CS_RING_OVERRUN, ring_overrun},
};

#define CASE_COUNT (sizeof(cases) / sizeof(cases[0]))

static void each_rule_is_noticed(void)
{
	for (size_t i = 0; i < CASE_COUNT; i++) {
		const char *name = strict_rule_name(cases[i].rule);
		struct rig r;

		rig_start(&r);
		cases[i].fn(&r);
		if (fx_complained(&r.fx, name) != 1 || fx_complaints(&r.fx) != 1) {
			check_failed(__FILE__, __LINE__, "%zu complaints, %zu of %s",
				     fx_complaints(&r.fx), fx_complained(&r.fx, name), name);
			fx_log_dump(&r.fx);
		}
		rig_stop(&r);
	}
}

static void each_rule_has_a_case(void)
{
	static const enum strict_rule rules[] = {
#define RULE(ident, name, sentence, source) RULE_##ident,
#include "cs/rules.def"
#undef RULE
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		bool found = false;

		for (size_t n = 0; n < CASE_COUNT; n++)
			found |= cases[n].rule == rules[i];
		if (!found)
			check_failed(__FILE__, __LINE__, "no case for %s",
				     strict_rule_name(rules[i]));
	}
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(each_rule_is_noticed),
	    TEST(each_rule_has_a_case),
	    {0},
	});
}
