package storage

import "syscall"

// networkFolder names the network file system that a file lies on; empty if it
// lies on none that we know.
func networkFolder(path string) string {
	var fs syscall.Statfs_t
	if syscall.Statfs(path, &fs) != nil {
		return ""
	}
	return map[int64]string{
		0x6969: "NFS", 0xff534d42: "CIFS", 0xfe534d42: "SMB2", 0x517b: "SMB", 0x01021997: "9P", 0x00c36400: "Ceph", 0x5346414f: "AFS", 0x0bd00bd0: "Lustre",
	}[int64(fs.Type)&0xffffffff] //nolint:unconvert // narrower on some processors
}
