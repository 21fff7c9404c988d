module language

go 1.24
