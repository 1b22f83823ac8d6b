// SPDX-License-Identifier: MIT
/*
 * Requests to the virtual GPU's control channel: a line out, a line back. In the guest it is a
 * virtio-serial port, which one process can hold open at a time; TYR_MODEL names another path (a
 * port or a unix socket).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "igt_core.h"
#include "model.h"

#define DEFAULT_PATH  "/dev/virtio-ports/org.tyr.model"
#define BUSY_RETRIES  200
#define BUSY_WAIT_US  10000
#define REPLY_WAIT_MS 5000

/* How many faults were injected since the last clear, and how often one had struck before that. */
static unsigned int injected;
/* How many of them need not strike. */
static unsigned int needless;
static uint64_t struck_before;

static const char *channel_path(void)
{
	const char *path = getenv("TYR_MODEL");

	return path && *path ? path : DEFAULT_PATH;
}

/* Whether this machine has a model behind its GPU. */
bool model_present(void)
{
	int err = errno;
	bool present = access(channel_path(), R_OK | W_OK) == 0;

	errno = err;
	return present;
}

static int open_socket(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int open_channel(void)
{
	const char *path = channel_path();
	struct stat st;

	if (stat(path, &st))
		return -1;
	if (S_ISSOCK(st.st_mode))
		return open_socket(path);

	for (int i = 0; i < BUSY_RETRIES; i++) {
		int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0 || errno != EBUSY)
			return fd;
		usleep(BUSY_WAIT_US);
	}
	return -1;
}

static bool wait_for(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, REPLY_WAIT_MS) == 1 && (p.revents & events);
}

static bool send_line(int fd, const char *line)
{
	size_t left = strlen(line);

	while (left) {
		ssize_t n = wait_for(fd, POLLOUT) ? write(fd, line, left) : -1;

		if (n < 0)
			return false;
		line += n;
		left -= n;
	}
	return true;
}

static bool receive_line(int fd, char *reply, size_t size)
{
	size_t used = 0;

	while (used + 1 < size) {
		ssize_t n = wait_for(fd, POLLIN) ? read(fd, reply + used, 1) : -1;

		if (n <= 0)
			break;
		if (reply[used] == '\n') {
			reply[used] = '\0';
			return true;
		}
		used++;
	}
	reply[0] = '\0';
	return false;
}

/* A reply that came too late for an earlier request must not answer this one. */
static void drop_stale(int fd)
{
	char c;

	while (fcntl(fd, F_GETFL) & O_NONBLOCK && read(fd, &c, 1) == 1)
		;
}

static bool exchange(const char *line, char *reply, size_t size)
{
	int fd = open_channel();
	bool ok;

	reply[0] = '\0';
	if (fd < 0)
		return false;
	drop_stale(fd);
	ok = send_line(fd, line) && receive_line(fd, reply, size);
	close(fd);
	return ok;
}

/*
 * model_request: one request, without its newline. True if the model answered "ok"; @reply (may be
 * NULL) is then the text behind it, else the model's "error …" line, or empty without an answer.
 */
bool model_request(char *reply, size_t size, const char *fmt, ...)
{
	char line[512], answer[2048];
	int err = errno;
	va_list args;
	bool ok;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	strcat(line, "\n");

	ok = exchange(line, answer, sizeof(answer)) && strncmp(answer, "ok", 2) == 0;
	if (reply && size)
		snprintf(reply, size, "%s", ok ? answer + 2 + (answer[2] == ' ') : answer);
	errno = err;
	return ok;
}

/* Skip the test where there is no model. */
void model_require(void)
{
	errno = 0;
	igt_require_f(model_present(), "needs the virtual GPU's control channel (%s)\n",
		      channel_path());
}

/*
 * model_inject: ask for a fault, "NAME key=value …". Skips where there is no model or where the
 * model does not know that fault; taken back at the subtest's end.
 */
void model_inject(const char *fmt, ...)
{
	char what[256], reply[512];
	va_list args;
	bool ok;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);

	model_require();
	if (!injected)
		struck_before = model_stat("struck");
	injected++;
	ok = model_request(reply, sizeof(reply), "inject %s", what);
	igt_require_f(ok, "the model cannot inject '%s': %s\n", what, reply);
}

/*
 * model_may_miss: the fault injected last takes what not every driver needs; one that does without
 * passes.
 */
void model_may_miss(void)
{
	needless++;
}

/* Take back one injected fault, or "all". */
void model_clear(const char *name)
{
	if (!model_present())
		return;
	igt_assert_f(model_request(NULL, 0, "clear %s", name), "the model did not clear %s\n",
		     name);
	if (!strcmp(name, "all"))
		injected = needless = 0;
}

/* This subtest breaks the strict rule @rule ("all": any) on purpose. No effect on hardware. */
void model_expect(const char *rule)
{
	if (model_present())
		model_request(NULL, 0, "expect %s", rule);
}

/* One of the model's counters; the test skips without a model and fails without that counter. */
uint64_t model_stat(const char *key)
{
	char reply[2048], *at = reply;
	size_t len = strlen(key);

	model_require();
	igt_assert_f(model_request(reply, sizeof(reply), "stats"), "no statistics: %s\n", reply);
	for (char *word = strtok_r(at, " ", &at); word; word = strtok_r(NULL, " ", &at))
		if (!strncmp(word, key, len) && word[len] == '=')
			return strtoull(word + len + 1, NULL, 0);
	igt_assert_f(false, "the model has no counter '%s'\n", key);
	return 0;
}

/* Write a subtest's start into the model's log, so that its complaints go to that subtest. */
void model_mark(const char *program, const char *subtest)
{
	if (!model_present())
		return;
	if (subtest)
		model_request(NULL, 0, "mark %s@%s", program, subtest);
	else
		model_request(NULL, 0, "mark %s", program);
}

/*
 * model_assert_struck: every fault that the subtest injected has struck. The core asks this of each
 * subtest that is about to pass: one whose fault never came shows nothing.
 */
void model_assert_struck(void)
{
	uint64_t struck;

	if (!injected)
		return;
	struck = model_stat("struck") - struck_before;
	igt_assert_f(struck + needless >= injected, "of %u injected faults only %llu struck\n",
		     injected, (unsigned long long)struck);
}

/* Take back what the subtest injected. Also runs when it failed, skipped or crashed. */
void model_subtest_end(void)
{
	if (!injected)
		return;
	injected = needless = 0;
	model_request(NULL, 0, "clear all");
}

void model_exit_handler(int sig)
{
	model_subtest_end();
}
