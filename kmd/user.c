// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects of user space, whose uAPI may be older (shorter structs) or newer (longer ones).
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "user.h"

/**
 * tyr_user_set() - answer with an object of the driver.
 * @ptr: where user space wants it.
 * @user_size: bytes there; what the object does not fill becomes zero.
 * @min_size: bytes that the oldest user space has.
 * @size: bytes of the object.
 * @obj: the object.
 *
 * Return: 0, -EINVAL when @user_size is below @min_size, or -EFAULT.
 */
int tyr_user_set(u64 ptr, u32 user_size, u32 min_size, u32 size, const void *obj)
{
	u8 __user *to = u64_to_user_ptr(ptr);

	if (user_size < min_size)
		return -EINVAL;
	if (copy_to_user(to, obj, min(user_size, size)))
		return -EFAULT;
	if (user_size > size && clear_user(to + size, user_size - size))
		return -EFAULT;
	return 0;
}

static int copy_array(void *to, const struct drm_panthor_obj_array *array, u32 size)
{
	const u8 __user *from = u64_to_user_ptr(array->array);
	int ret;

	if (array->stride == size)
		return copy_from_user(to, from, (size_t)size * array->count) ? -EFAULT : 0;
	for (u32 i = 0; i < array->count; i++) {
		ret = copy_struct_from_user(to + (size_t)i * size, size, from, array->stride);
		if (ret)
			return ret;
		from += array->stride;
	}
	return 0;
}

/**
 * tyr_user_get_array() - read an array of user space.
 * @array: the array as user space describes it.
 * @min_stride: bytes of an element in the oldest uAPI.
 * @size: bytes of an element in the driver; what user space's has not is zero.
 * @buf: memory for the usual, small array; may be NULL.
 * @buf_size: bytes of @buf.
 *
 * Return: the array, to be given to tyr_user_put_array(); NULL when it has no element;
 * ERR_PTR(-EINVAL) when the elements are too short, ERR_PTR(-E2BIG) when they have unknown fields
 * that are not zero, ERR_PTR(-EFAULT), or ERR_PTR(-ENOMEM).
 */
void *tyr_user_get_array(const struct drm_panthor_obj_array *array, u32 min_stride, u32 size,
			 void *buf, size_t buf_size)
{
	void *copy = buf;
	int ret;

	if (!array->count)
		return NULL;
	if (array->stride < min_stride)
		return ERR_PTR(-EINVAL);
	if (!buf || array->count > buf_size / size) {
		/* An absurd count is user space's mistake, not worth a warning. */
		copy = kvmalloc_array(array->count, size, GFP_KERNEL | __GFP_NOWARN);
		if (!copy)
			return ERR_PTR(-ENOMEM);
	}
	ret = copy_array(copy, array, size);
	if (ret) {
		tyr_user_put_array(copy, buf);
		return ERR_PTR(ret);
	}
	return copy;
}

/**
 * tyr_user_put_array() - free what tyr_user_get_array() returned.
 * @copy: the array, or NULL.
 * @buf: the memory that was offered then.
 */
void tyr_user_put_array(void *copy, const void *buf)
{
	if (copy != buf)
		kvfree(copy);
}
