# INPUT (a UTF-8 text file) as a C++ string in OUTPUT.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "namespace larc::radiomics {\nextern const char* const kFeatureTableText;\n\
const char* const kFeatureTableText = R\"larc(${text})larc\";\n}\n")
