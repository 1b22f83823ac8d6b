// SPDX-License-Identifier: MIT
/*
 * submit_process.c - see submit_process.h.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "igt.h"
#include "submit_process.h"

/* One byte of data with room for one descriptor beside it. */
struct envelope {
	struct msghdr msg;
	struct iovec iov;
	char byte;
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
};

static void envelope_init(struct envelope *e)
{
	memset(e, 0, sizeof(*e));
	e->iov.iov_base = &e->byte;
	e->iov.iov_len = 1;
	e->msg.msg_iov = &e->iov;
	e->msg.msg_iovlen = 1;
	e->msg.msg_control = e->control.bytes;
	e->msg.msg_controllen = sizeof(e->control.bytes);
}

void submit_send_fd(int sock, int fd)
{
	struct cmsghdr *cmsg;
	struct envelope e;

	envelope_init(&e);
	cmsg = CMSG_FIRSTHDR(&e.msg);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	igt_assert_eq(sendmsg(sock, &e.msg, 0), 1);
}

int submit_receive_fd(int sock)
{
	struct cmsghdr *cmsg;
	struct envelope e;
	int fd;

	envelope_init(&e);
	igt_assert_f(recvmsg(sock, &e.msg, 0) == 1, "the other process is gone\n");
	cmsg = CMSG_FIRSTHDR(&e.msg);
	igt_assert(cmsg && cmsg->cmsg_type == SCM_RIGHTS);
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(int));
	return fd;
}

void submit_tell(int sock)
{
	igt_assert_eq(send(sock, "t", 1, MSG_NOSIGNAL), 1);
}

void submit_await(int sock)
{
	char byte;

	igt_assert_f(recv(sock, &byte, 1, 0) == 1, "the other process is gone\n");
}
