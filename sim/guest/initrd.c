// SPDX-License-Identifier: MIT
/*
 * The guest's first process: a static program, because every fork of a shell costs milliseconds
 * under emulation and the boot has a budget. It loads the modules that the root needs, puts a
 * tmpfs over the read-only image, hands over the keys that came with the initrd and starts the
 * image's own init. It is the only program in the initrd.
 *
 * Layout of the initrd (made by harness/pieces/kernel.sh and keys.sh):
 *   /init              this program
 *   /modules/          NN-name.ko, inserted in the order of their names
 *   /keys/             files copied over the root with the same path
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define NEW_ROOT  "/newroot"
#define DISK_WAIT 200 /* polls of 10 ms for a disk to appear */

/* Say why the boot cannot go on and switch the machine off; the harness shows the console. */
__attribute__((noreturn, format(printf, 1, 2))) static void give_up(const char *fmt, ...)
{
	int err = errno;
	va_list ap;

	va_start(ap, fmt);
	fputs("tyr-initrd: ", stderr);
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, ": %s\n", strerror(err));
	va_end(ap);
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

static void must_mount(const char *what, const char *where, const char *type, unsigned long flags,
		       const char *options)
{
	if (mount(what, where, type, flags, options))
		give_up("cannot mount %s on %s", what, where);
}

static int not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

/* Insert every module of /modules; the names are numbered so that dependencies come first. */
static void load_modules(void)
{
	struct dirent **list;
	int count = scandir("/modules", &list, not_dots, alphasort);

	if (count < 0)
		give_up("cannot read /modules");
	for (int i = 0; i < count; i++) {
		char path[512];
		int fd;

		snprintf(path, sizeof(path), "/modules/%s", list[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			give_up("cannot insert %s", path);
		close(fd);
	}
}

/* Put the first line of PATH into TEXT, without its newline; 0 when it cannot be read. */
static int read_line(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	if (got <= 0)
		return 0;
	text[got] = 0;
	text[strcspn(text, "\n")] = 0;
	return 1;
}

/*
 * Find the virtio disk whose serial number is SERIAL and put its device node into NODE. Disks are
 * probed in the background and in no order that the command line of QEMU could fix.
 */
static void find_disk(const char *serial, char *node, size_t size)
{
	const struct timespec poll = {.tv_nsec = 10 * 1000 * 1000};
	char path[64], found[32];

	for (int i = 0; i < DISK_WAIT; i++) {
		for (char disk = 'a'; disk <= 'd'; disk++) {
			snprintf(path, sizeof(path), "/sys/block/vd%c/serial", disk);
			if (read_line(path, found, sizeof(found)) && !strcmp(found, serial)) {
				snprintf(node, size, "/dev/vd%c", disk);
				return;
			}
		}
		nanosleep(&poll, NULL);
	}
	errno = ENODEV;
	give_up("no disk with the serial number %s", serial);
}

static void copy_file(const char *from, const char *to, mode_t mode)
{
	char data[4096];
	ssize_t size;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (in < 0 || out < 0)
		give_up("cannot copy %s to %s", from, to);
	while ((size = read(in, data, sizeof(data))) > 0) {
		if (write(out, data, (size_t)size) != size)
			give_up("cannot write %s", to);
	}
	if (size < 0)
		give_up("cannot read %s", from);
	close(in);
	close(out);
}

/* Copy the tree FROM over TO, keeping modes; directories that are missing are made. */
static void copy_tree(const char *from, const char *to)
{
	struct dirent **list;
	int count = scandir(from, &list, not_dots, alphasort);

	for (int i = 0; i < count; i++) {
		char src[512], dst[512];
		struct stat st;

		snprintf(src, sizeof(src), "%s/%s", from, list[i]->d_name);
		snprintf(dst, sizeof(dst), "%s/%s", to, list[i]->d_name);
		if (stat(src, &st))
			give_up("cannot stat %s", src);
		if (S_ISDIR(st.st_mode)) {
			if (mkdir(dst, st.st_mode & 07777) && errno != EEXIST)
				give_up("cannot make %s", dst);
			copy_tree(src, dst);
		} else {
			copy_file(src, dst, st.st_mode & 07777);
		}
	}
}

/* The image read-only below, a tmpfs above: every boot starts from the same files. */
static void mount_root(void)
{
	char node[16];

	mkdir("/image", 0755);
	mkdir("/over", 0755);
	mkdir(NEW_ROOT, 0755);
	find_disk("guest", node, sizeof(node));
	must_mount(node, "/image", "erofs", MS_RDONLY, NULL);
	must_mount("tmpfs", "/over", "tmpfs", 0, "size=75%");
	mkdir("/over/upper", 0755);
	mkdir("/over/work", 0755);
	must_mount("root", NEW_ROOT, "overlay", 0,
		   "lowerdir=/image,upperdir=/over/upper,workdir=/over/work");
}

/* A second disk holds the modules of the kernel that runs. */
static void mount_modules(void)
{
	struct utsname uts;
	char path[512], node[16];

	uname(&uts);
	snprintf(path, sizeof(path), NEW_ROOT "/usr/lib/modules/%s", uts.release);
	mkdir(NEW_ROOT "/usr/lib/modules", 0755);
	mkdir(path, 0755);
	find_disk("modules", node, sizeof(node));
	must_mount(node, path, "erofs", MS_RDONLY, NULL);
}

/* The file systems of a running system, below the new root. */
static void mount_system(void)
{
	static const struct {
		const char *where, *type;
		unsigned long flags;
		const char *options;
	} table[] = {
	    {"/proc", "proc", 0, NULL},
	    {"/run", "tmpfs", MS_NODEV, "mode=755"},
	    {"/tmp", "tmpfs", 0, "mode=1777"},
	    {"/dev/pts", "devpts", 0, "gid=5,mode=620,ptmxmode=666"},
	    {"/dev/shm", "tmpfs", 0, "mode=1777"},
	    {"/sys/kernel/debug", "debugfs", 0, NULL},
	};

	must_mount("/dev", NEW_ROOT "/dev", NULL, MS_MOVE, NULL);
	must_mount("/sys", NEW_ROOT "/sys", NULL, MS_MOVE, NULL);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char path[64];

		snprintf(path, sizeof(path), NEW_ROOT "%s", table[i].where);
		mkdir(path, 0755); /* those of /dev are missing, the others are there */
		must_mount(table[i].type, path, table[i].type, table[i].flags, table[i].options);
	}
}

static void switch_root(void)
{
	char *const argv[] = {"init", NULL};
	char *const envp[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=linux",
			      NULL};

	if (chdir(NEW_ROOT))
		give_up("cannot enter the root");
	must_mount(".", "/", NULL, MS_MOVE, NULL);
	if (chroot(".") || chdir("/"))
		give_up("cannot change the root");
	execve("/usr/lib/tyr/init", argv, envp);
	give_up("cannot start /usr/lib/tyr/init");
}

int main(void)
{
	mkdir("/dev", 0755);
	if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) && errno != EBUSY)
		give_up("cannot mount /dev");
	mkdir("/sys", 0755);
	must_mount("sysfs", "/sys", "sysfs", 0, NULL);
	load_modules();
	mount_root();
	mount_modules();
	copy_tree("/keys", NEW_ROOT);
	mount_system();
	switch_root();
}
