namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Common names, without accents, as text is folded before it is looked at.</summary>
internal static class Names
{
    public const string First =
        "aaron abigail adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alexis alfred ali alice alicia alison allison amanda amber amelia amit amy ana andrea andreas andrew angel angela anil anita anja ankit "
        + "ann anna anne anthony antonio anton arjun arthur asha ashley astrid aurelie austin ayse barbara beatriz ben benjamin bernard bernd bertha beth betty beverly bianca bill billy birgit bjorn bob bobby bonnie boris brad bradley "
        + "brandon brenda brian bridget brigitte bruce bruno bryan caleb cameron camille carl carla carlos carmen carol carolina caroline carolyn catherine cecilia chad charles charlie charlotte chloe chris christian christina christine "
        + "christopher claire clara claudia claude colin connor craig cristina crystal cynthia daniel daniela danielle daria david dawn dean debbie deborah deepak denis denise dennis derek diana diane diego dieter dimitri divya dmitri "
        + "dominic dominique donald donna doris dorothy douglas dylan edith eduardo edward elaine elena elisabeth elizabeth ella ellen emily emma eric erica erik erika erin ernest esther ethan eugene eva evan evelyn fatima felix "
        + "fernando fiona florian frances francesca francesco francis francisco francois frank franz fred frederic frederick friedrich gabriel gabriela gareth gary gavin geoffrey george georg gerald gerard gerhard gianni gilles giorgio "
        + "giovanni giulia giuseppe gloria gordon grace graham greg gregory guillaume gustavo guy hannah hans harold harry hassan heather hector heidi heike helen helena helga henry herbert holger howard hugh hugo ian ibrahim igor imran "
        + "ines inga ingrid irene irina isabel isabella isabelle ivan jack jackie jacob jacqueline jacques jake jakub james jamie jan jane janet janice jason javier jay jean jeff jeffrey jennifer jens jeremy jerome jerry jesse jessica "
        + "jill jim jimmy joan joanna joanne jochen joe joel johan johanna john johnny jonas jonathan jordan jorge jose joseph joshua joyce juan juana judith judy julia julian juliana julie julien jun jurgen justin kai karen karin karl "
        + "karla katarzyna kate katharina katherine kathleen kathryn kathy katie katja katrin kavita keith kelly ken kenneth kevin kim kimberly klaus kristen kristin krzysztof kumar kurt kyle lakshmi larry lars laura lauren laurent lea "
        + "leah lee lena leo leon leonard leslie liam lillian linda lisa logan lois lorenzo louis louise luca lucas lucia lucy luigi luis luisa luke lydia madison maksim malcolm manfred manish manuel manuela marc marcel marco marcos "
        + "marcus margaret maria mariam mariana marie marilyn mario marion marjorie mark marko markus marta martha martin martina marvin mary mateo mathieu matteo matthew matthias maureen maurice max maximilian maya meera megan mehmet "
        + "melanie melissa mercedes mia michael michal michel michele michelle miguel mikhail mohamed mohammed mohan molly monica monika muhammad mustafa nadia nadine nancy naomi natalia natalie natasha nathan neha neil nicholas nicola "
        + "nicolas nicole nigel nikhil nikita nina nisha noah noel nora norma norman olaf oleg olga oliver olivia omar oscar otto pablo pamela paola paolo pascal patricia patrick paul paula pauline pavel pedro peggy penelope peter petra "
        + "philip philippe phillip phyllis pierre piotr pooja priya rachel rafael rahul raj rajesh ralf ralph ramon randy raquel raul ravi raymond rebecca regina reinhard renate rene ricardo riccardo richard rita robert roberta roberto "
        + "robin rodney roger rohan roland rolf roman ronald rosa rosemary ross roy ruben rudolf russell ruth ryan sabine sabrina sally sam samantha samuel sandra sandrine sandy sanjay santiago sara sarah sascha scott sean sebastian "
        + "sergei sergio shannon sharon shaun shawn sheila shirley silvia simon simone sofia sonia sonja sophia sophie stacy stefan stefanie stella stephan stephane stephanie stephen steve steven stuart sunil sunita susan susanne suresh "
        + "suzanne sven svetlana sylvia sylvie tamara tanja tanya tara tatiana ted teresa terry thea theodore theresa thierry thomas tiffany tim timothy tina tobias todd tom tomasz tony tracy travis tyler ulrich ursula uwe valentina "
        + "valerie vanessa vera veronica victor victoria vijay vikram vincent viktor virginia vladimir walter wayne wendy werner wilhelm william wolfgang xavier yasmin yolanda yusuf yvonne zachary zainab zoe maricel jomar rizalyn arlene "
        + "mei ling wei jing hui xin yan hiroshi yuki kenji sakura minh thi nguyen soo jin hyun min ji priyanka arun sandeep pradeep rakesh ramesh ganesh venkat srinivas swati shreya ananya aditya karthik";

    public const string Family =
        "smith johnson williams jones brown davis miller wilson moore taylor anderson thomas jackson white harris martin thompson garcia martinez robinson clark rodriguez lewis lee walker hall allen young hernandez king wright lopez "
        + "hill scott green adams baker gonzalez nelson carter mitchell perez roberts turner phillips campbell parker evans edwards collins stewart sanchez morris rogers reed cook morgan bell murphy bailey rivera cooper richardson cox "
        + "howard ward torres peterson gray ramirez james watson brooks kelly sanders price bennett wood barnes ross henderson coleman jenkins perry powell long patterson hughes flores washington butler simmons foster gonzales bryant "
        + "alexander russell griffin diaz hayes myers ford hamilton graham sullivan wallace woods cole west jordan owens reynolds fisher ellis harrison gibson mcdonald cruz marshall ortiz gomez murray freeman wells webb simpson stevens "
        + "tucker porter hunter hicks crawford henry boyd mason morales kennedy warren dixon ramos reyes burns gordon shaw holmes rice robertson hunt black daniels palmer mills nichols grant knight ferguson rose stone hawkins dunn perkins "
        + "hudson spencer gardner stephens payne pierce berry matthews arnold wagner willis ray watkins olson carroll duncan snyder hart cunningham bradley lane andrews ruiz harper fox riley armstrong carpenter weaver greene lawrence elliott "
        + "chavez sims austin peters kelley franklin lawson fields gutierrez ryan schmidt carr vasquez castillo wheeler chapman oliver montgomery richards williamson johnston banks meyer bishop mccoy howell alvarez morrison hansen fernandez "
        + "garza harvey little burton stanley nguyen george jacobs reid kim fuller lynch dean gilbert garrett romero welch larson frazier burke hanson day mendoza moreno bowman medina fowler brewer hoffman carlson silva pearson holland "
        + "muller schneider fischer weber becker schulz schafer koch bauer richter klein wolf schroder neumann schwarz zimmermann braun kruger hofmann hartmann lange schmitt werner schmitz krause meier lehmann schmid schulze maier kohler "
        + "herrmann konig walter mayer huber kaiser fuchs lang scholz moller weiss jung hahn schubert vogel friedrich keller gunther frank berger winkler roth beck lorenz baumann franke albrecht schuster simon ludwig bohm winter kraus "
        + "bernard dubois petit robert richard durand leroy moreau laurent lefebvre michel fournier girard bonnet dupont lambert fontaine rousseau vincent muller leclerc mercier blanc guerin boyer garnier chevalier francois legrand gauthier "
        + "rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti costa giordano mancini rizzo lombardi moretti barbieri fontana santoro mariani rinaldi caruso ferrara galli martini leone longo gentile "
        + "jimenez munoz navarro dominguez gil vazquez serrano blanco molina suarez ortega delgado castro rubio marin sanz iglesias nunez garrido cortes guerrero santos lozano cano prieto mendez calvo vidal vega campos carrasco herrera "
        + "kowalski nowak wisniewski wojcik kowalczyk kaminski lewandowski zielinski szymanski wozniak dabrowski jansen vries berg bakker visser dijk bos peeters janssens maes jacobs mertens willems claes goossens wouters "
        + "ivanov smirnov kuznetsov popov vasiliev petrov sokolov novak horvat kovac nagy kovacs toth szabo johansson andersson karlsson nilsson eriksson larsson olsson persson svensson gustafsson hansen johansen olsen larsen andersen "
        + "patel sharma singh kumar gupta shah khan reddy verma mehta jain rao iyer nair menon pillai das bose ghosh mukherjee chatterjee banerjee agarwal mishra pandey joshi desai kulkarni patil chopra kapoor malhotra ahmed ali hussain "
        + "iqbal malik begum chaudhry santos reyes cruz bautista delacruz ocampo garcia mendoza torres tomas andrada castillo flores villanueva ramos aquino dizon lim tan chan wong chen wang li zhang liu yang huang zhao wu zhou xu sun zhu "
        + "lin tran pham hoang phan vo dang bui park choi jung kang cho yoon jang lim tanaka suzuki sato watanabe ito yamamoto nakamura kobayashi kato yoshida yilmaz kaya demir celik sahin yildiz aydin ozturk arslan dogan okafor adeyemi "
        + "okonkwo mensah dlamini nkosi botha naidoo vanderberg lima souza oliveira pereira ferreira almeida ribeiro carvalho araujo barbosa rocha";

    /// <summary>Names that are ordinary words or places too: alone they prove nothing.</summary>
    public const string AlsoWords =
        "will rose may mark grant hope grace joy bill bob jack dean dawn amber crystal angel jordan austin madison lee young king hill green cook bell wood price long ford cole west stone rice black brown white gray hunt mason baker "
        + "carter parker porter hunter fisher butler page banks bishop fields knight lane little dean day mills reed rivera wells cross berry fox hart case chase faith guy iris ivy june april august max min so van art drew miles pat ray "
        + "rob sandy sue terry ward weber lang winter sun lin li das lima jin ji yan hui long santa virginia florence sydney paris france india china georgia carolina dakota savannah brooklyn tan lim "
        + "costa rocha conti blanco park jung koch konig fuchs wolf klein schwarz lange kaiser vogel berg bos campos vega drew rich dick price";
}
