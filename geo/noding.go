package geo

func (c *Coverage) node(walks [][]int32) bool { return false }
