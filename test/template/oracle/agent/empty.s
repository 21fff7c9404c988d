// A Go file may declare a function without a body only beside an assembly file.
