module dualbench

go 1.24
