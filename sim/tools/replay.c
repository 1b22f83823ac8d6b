/* SPDX-License-Identifier: MIT */
/*
 * tyr-replay - play a capture on the model, without a machine, and compare.
 *
 *	tyr-replay [-v] [-t] FILE...
 *
 * -v prints the model's log and each difference, -t each record as well. Exit code: 0 all the same,
 *1 something differs, 2 usage, 3 a file cannot be read.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gpu/replay.h"

static void *read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	char *data = NULL;
	size_t room = 0;

	*size = 0;
	while (f && !feof(f) && !ferror(f)) {
		if (*size == room) {
			char *bigger = realloc(data, room = room ? room * 2 : 1 << 20);

			if (!bigger)
				break;
			data = bigger;
		}
		*size += fread(data + *size, 1, room - *size, f);
	}
	if (!f || !feof(f)) {
		fprintf(stderr, "tyr-replay: cannot read %s: %s\n", path, strerror(errno));
		free(data);
		data = NULL;
	}
	if (f)
		fclose(f);
	return data;
}

static int play(const char *path, const struct replay_options *options)
{
	struct replay_report r;
	size_t size;
	void *data = read_file(path, &size);
	bool same;

	if (!data)
		return 3;
	same = replay_run(data, size, options, &r);
	free(data);
	if (r.problem)
		printf("%s: %s (record %" PRIu64 ", byte %zu)\n", path, r.problem, r.records, r.at);
	printf("%s: %s: %" PRIu64 " records, %" PRIu64 " of %" PRIu64 " reads and %" PRIu64
	       " of %" PRIu64 " pages differ, %" PRIu64 " touches (recorded %" PRIu64 ")\n",
	       path, same ? "same" : "DIFFERENT", r.records, r.reads_different, r.reads,
	       r.pages_different, r.pages, r.touches, r.touches_recorded);
	return same ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct replay_options options = {0};
	int opt, worst = 0;

	while ((opt = getopt(argc, argv, "vt")) != -1) {
		options.trace |= opt == 't';
		options.log = stderr;
		if (opt != 'v' && opt != 't')
			return 2;
	}
	if (optind == argc) {
		fprintf(stderr, "usage: tyr-replay [-v] [-t] FILE...\n");
		return 2;
	}
	for (int i = optind; i < argc; i++) {
		int r = play(argv[i], &options);

		worst = r > worst ? r : worst;
	}
	return worst;
}
